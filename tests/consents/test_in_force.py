"""Whether a consent was in force at a moment: by when things happened, in whatever order they came to be known."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from apps.consents.choices import ENDING, State
from apps.consents.models import ConsentEvent
from apps.consents.services.permitted import permitted
from apps.core import clock
from tests.factories import SubjectFactory

START = datetime(2026, 3, 1, tzinfo=UTC)


def day(number):
    return START + timedelta(days=number)


def told(subject, *events):
    for state, number, *term in events:
        until = day(number + term[0]) if term and term[0] and state == State.GIVEN else None
        ConsentEvent.objects.create(
            subject=subject, purpose="geolocation", state=state, medium="app", occurred_at=day(number), expires_at=until
        )  # fmt: skip
    return ConsentEvent.objects


def carried(subject, at):
    """What the condition for many people says of one."""
    condition = permitted("geolocation", subject="asked.id", at="asked.at")
    statement = sql.SQL("SELECT {} FROM (SELECT %s::bigint AS id, %s::timestamptz AS at) asked").format(condition)
    with connection.cursor() as cursor:
        cursor.execute(statement, [subject.pk, at])
        return cursor.fetchone()[0]


def test_before_between_and_after(person):
    events = told(person, (State.GIVEN, 1), (State.WITHDRAWN, 5), (State.GIVEN, 9))
    in_force = {number: events.in_force(person, "geolocation", day(number)) for number in (0, 1, 3, 5, 7, 9, 20)}
    assert in_force == {0: False, 1: True, 3: True, 5: False, 7: False, 9: True, 20: True}
    assert events.in_force(person, "geolocation")
    assert not events.in_force(person, "advertising")
    assert not events.in_force(SubjectFactory(), "geolocation")


def test_what_an_end_destroyed_is_not_carried_by_a_later_permission(person):
    told(person, (State.GIVEN, 1), (State.WITHDRAWN, 5), (State.GIVEN, 9))
    assert {number: carried(person, day(number)) for number in (0, 3, 7, 9, 20)} == {
        0: False, 3: False, 7: False, 9: True, 20: True
    }  # fmt: skip
    assert ConsentEvent.objects.held_since(person, "geolocation") == day(9)


def test_of_two_at_the_same_moment_the_end_counts(person):
    events = told(person, (State.GIVEN, 1), (State.WITHDRAWN, 1))
    assert not events.in_force(person, "geolocation", day(2))
    assert events.held_since(person, "geolocation") is None
    assert not carried(person, day(2))


def test_a_request_changes_nothing(person):
    events = told(person, (State.GIVEN, 1), (State.REQUESTED, 2))
    assert events.in_force(person, "geolocation", day(3))
    other = SubjectFactory()
    assert not told(other, (State.REQUESTED, 1)).in_force(other, "geolocation", day(3))


HISTORIES = st.lists(
    st.tuples(st.sampled_from(State), st.integers(0, 6), st.none() | st.integers(1, 4)), max_size=7
)  # fmt: skip


def days_held(history, last):
    """For each day whether it is in force, and whether it is without a break behind the day before: by the days one
    after the other; what ends on a day, or has run out by it, ends it whatever else is said then.
    """
    held, unbroken, until = [], [], None
    for number in range(last + 1):
        said = [act for act in history if act[1] == number]
        before = bool(held and held[-1]) and (until is None or until > number)
        terms = [act[2] for act in said if act[0] == State.GIVEN]
        if any(act[0] in ENDING for act in said):
            now = False
        elif terms:
            now, short = True, [term for term in terms if term]
            until = number + min(short) if short else None
        else:
            now = before
        held.append(now)
        unbroken.append(now and held[-2:-1] == [True])
    return held, unbroken


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES, order=st.randoms(use_true_random=False))
def test_in_whatever_order_the_same_events_arrive_every_moment_is_the_same(history, order):
    shuffled = list(history)
    order.shuffle(shuffled)
    subject = SubjectFactory()
    events = told(subject, *shuffled)
    days = range(12)
    held, unbroken = days_held(history, 11)
    assert [events.in_force(subject, "geolocation", day(number)) for number in days] == held
    with clock.standing_at(day(11)):
        since = events.held_since(subject, "geolocation")
        start = next((n for n in reversed(days) if held[n] and not unbroken[n]), None) if held[11] else None
        assert since == (None if start is None else day(start))
        assert [carried(subject, day(n)) for n in days] == [start is not None and n >= start for n in days]
