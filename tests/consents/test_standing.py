"""The state of a consent at every moment: the same in whatever order its acts arrive, in Python and in SQL."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.consents.choices import ENDING, RANK, State
from apps.consents.models import ConsentEvent, ConsentState, held_since_among, standing_of
from apps.consents.services.as_of import as_of, in_force, states_of_person
from apps.consents.services.refresh import people_among, refresh_states, sweep_states
from tests.factories import SubjectFactory

START = datetime(2026, 3, 1, tzinfo=UTC)
PURPOSE, CHANNELS, DAYS = "advertising", ("", "sms", "email"), range(9)


def day(number):
    return START + timedelta(days=number)


HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(State), st.sampled_from(CHANNELS), st.integers(0, 6), st.none() | st.integers(1, 4),
        st.integers(0, 5).map(lambda one: one == 0),
    ),
    max_size=8,
)  # fmt: skip


def told(subject, history):
    """Acts in this order, each a row of its own; some are corrected when all are there."""
    wrong = []
    for state, channel, number, term, corrected in history:
        expires = day(number + term) if term and state == State.GIVEN else None
        event = ConsentEvent.objects.create(
            subject=subject, purpose=PURPOSE, channel=channel, state=state, medium="app", occurred_at=day(number),
            expires_at=expires,
        )  # fmt: skip
        wrong += [event] if corrected else []
    for event in wrong:
        ConsentEvent.objects.create(
            subject=subject, purpose=PURPOSE, channel=event.channel, state=State.INVALIDATED, medium="app",
            occurred_at=day(8), corrects=event, counts=False,
        )  # fmt: skip


def naive(history, channel, at):
    """Day by day: what has run out is over; then what was said on that day, the worst of it last."""
    state, until = None, None
    for number in range(at + 1):
        if state == State.GIVEN and until is not None and until <= number:
            state = State.EXPIRED
        said = [act for act in history if act[1] in ("", channel) and act[2] == number and not act[4]]
        ends = [act[0] for act in said if act[0] in ENDING]
        begins = [act for act in said if act[0] == State.GIVEN]
        if ends:
            state = max(ends, key=RANK.__getitem__)
        elif begins:
            state = State.GIVEN
            terms = [act[3] for act in begins if act[3]]
            until = number + min(terms) if terms else None
        elif said and state != State.GIVEN:
            state = State.REQUESTED
    return state


def naive_since(history, at):
    """The first day of the unbroken days in force up to this one, for acts that name no channel."""
    held = [number for number in range(at + 1) if naive(general(history), "", number) == State.GIVEN]
    broken = [n for n in range(at + 1) if n not in held or any(a[2] == n and a[0] in ENDING for a in general(history))]
    first = max((n for n in broken if n not in held), default=-1) + 1
    return first if at in held else None


def general(history):
    return [act for act in history if act[1] == "" and not act[4]]


def asked(statement, subject):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {row[0]: row[1:] for row in cursor.fetchall()}.get(subject.pk)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES, order=st.randoms(use_true_random=False))
def test_in_whatever_order_acts_arrive_every_moment_is_the_same(history, order):
    shuffled = list(history)
    order.shuffle(shuffled)
    subject = SubjectFactory()
    told(subject, shuffled)
    events = list(ConsentEvent.objects.filter(subject=subject))
    for number in DAYS:
        at, places = day(number), states_of_person(subject.pk, at=day(number))
        for channel in CHANNELS:
            expected = naive(history, channel, number)
            standing = standing_of(events, at, channel)
            assert (standing and standing.state) == expected
            place = places.get((PURPOSE, channel)) or places.get((PURPOSE, ""))
            assert (place and place.state) == expected
            row = asked(as_of(PURPOSE, at=at, channel=channel), subject)
            assert (row and row[0]) == expected
            assert (asked(in_force(PURPOSE, at=at, channel=channel), subject) is not None) == (expected == State.GIVEN)
            if standing:
                assert row[1] == place.since == standing.since
        since = naive_since(history, number)
        assert held_since_among([e for e in events if not e.channel], at) == (None if since is None else day(since))


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES, order=st.randoms(use_true_random=False))
def test_states_follow_whatever_arrives_piece_by_piece(history, order):
    shuffled = list(history)
    order.shuffle(shuffled)
    subject = SubjectFactory()
    for act in shuffled:
        told(subject, [act])
        refresh_states(people_among([subject.pk]), [PURPOSE])
        sweep_states(people_among([subject.pk]))
    for channel in CHANNELS:
        row = ConsentState.objects.speaking_of(PURPOSE, channel).filter(subject=subject).first()
        assert (row and row.state_at(day(20))) == naive(history, channel, 20)
        held = ConsentState.objects.speaking_of(PURPOSE, channel).in_force(day(20)).filter(subject=subject).exists()
        assert held == (naive(history, channel, 20) == State.GIVEN)
