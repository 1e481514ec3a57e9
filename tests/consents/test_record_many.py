"""A file's acts go into the ledger set by set: each once, and with all that follows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from apps.audit.models import Entry
from apps.consents.choices import State
from apps.consents.models import ConsentEvent, ConsentState
from apps.consents.services.record_many import ConsentIntake, record_many
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.core.journal import journal
from apps.optouts.models import OptOutEvent, Suppression
from tests.consents.test_record_consent import located
from tests.factories import IdentifierFactory, SubjectFactory

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


ROW = sql.SQL("""
    SELECT {} AS subject_id, {} AS purpose, {} AS channel, {} AS state, {}::timestamptz AS occurred_at,
           {}::timestamptz AS expires_at, NULL::bigint AS edition_id, 'ky' AS language, NULL::bigint AS wording_id,
           {} AS row""")


def rows(*acts):
    """A query that gives (person, purpose, channel, state, moment[, term]) as `record_many` takes them."""

    def row(number, person, purpose, channel, state, at, term=None):
        return ROW.format(*map(sql.Literal, (person.pk, purpose, channel, str(state), at, term, number)))

    return sql.SQL(" UNION ALL ").join(row(number, *act) for number, act in enumerate(acts, 1))


def add(actor, *acts, partner=None, batch=7):
    intake = ConsentIntake(rows=rows(*acts), partner_id=partner.pk if partner else None, batch=batch)
    return record_many(actor=actor, intake=intake)


def test_what_a_file_tells_is_kept_once_with_its_evidence(officer, partner, django_assert_max_num_queries):
    people = [IdentifierFactory().subject for _ in range(5)]
    acts = [(person, "advertising", "sms", State.GIVEN, MARCH) for person in people]
    with django_assert_max_num_queries(20):
        done = add(officer, *acts, partner=partner)
    assert (done.events, done.known, done.people) == (5, 0, 5)
    event = ConsentEvent.objects.get(subject=people[2])
    kept = (event.medium, event.partner, event.actor, event.batch, event.row, event.language, event.occurred_at)
    assert kept == ("file", partner, officer, 7, 3, "ky", MARCH)
    assert set(ConsentState.objects.values_list("state", "channel", "since")) == {("given", "sms", MARCH)}
    again = add(officer, *acts, partner=partner, batch=8)
    assert (again.events, again.known) == (0, 5)
    assert ConsentEvent.objects.count() == 5
    first, second = Entry.objects.filter(action="consents.record-many").order_by("pk")
    assert first.facts == {"events": 5, "known": 0, "future": 0, "people": 5, "ended": 0, "batch": 7}
    assert second.facts["known"] == 5


def test_an_old_file_takes_its_place_in_time_and_undoes_no_later_withdrawal(officer, agent, person, say):
    say(person, State.WITHDRAWN, MARCH + timedelta(days=60), purpose="advertising")
    add(officer, (person, "advertising", "", State.GIVEN, MARCH))
    assert ConsentState.objects.get(subject=person).state == "withdrawn"
    assert ConsentEvent.objects.in_force(person, "advertising", MARCH + timedelta(days=30))
    assert not ConsentEvent.objects.in_force(person, "advertising")


def test_who_refused_in_the_file_is_written_to_no_more(officer, partner):
    person = IdentifierFactory().subject
    IdentifierFactory(subject=person, kind=IdentifierKind.EMAIL, value="a@example.kg")
    other = IdentifierFactory().subject
    acts = [(person, "advertising", "", State.REFUSED, MARCH), (other, "advertising", "", State.GIVEN, MARCH)]
    add(officer, *acts, partner=partner)
    assert Suppression.objects.filter(purpose="advertising", channel="all", reason="refusal").count() == 2
    assert set(OptOutEvent.objects.values_list("batch", "medium", "actor")) == {(7, "file", officer.pk)}
    assert {line.entry.kind for line in journal().read_all({})} == {"optout"}


def test_whose_last_word_is_another_is_not_suppressed_by_an_old_refusal(officer, person):
    later = MARCH + timedelta(days=9)
    add(officer, (person, "advertising", "sms", State.GIVEN, later))
    add(officer, (person, "advertising", "sms", State.REFUSED, MARCH))
    assert ConsentEvent.objects.count() == 2
    assert not Suppression.objects.exists()
    add(officer, (person, "advertising", "", State.REFUSED, MARCH))
    channels = set(Suppression.objects.values_list("channel", flat=True))
    assert "sms" not in channels
    assert "all" not in channels
    assert "call" in channels


def test_topics_end_with_what_is_above_them(officer, person):
    add(officer, (person, "advertising-offers", "sms", State.GIVEN, MARCH))
    done = add(officer, (person, "advertising", "", State.WITHDRAWN, MARCH + timedelta(days=1)))
    assert done.ended == 1
    assert not ConsentEvent.objects.in_force(person, "advertising-offers", channel="sms")
    assert ConsentEvent.objects.filter(purpose="advertising-news").count() == 0


def test_a_file_that_ends_a_permission_destroys_what_rested_on_it(officer, person):
    kept_by = SubjectFactory()
    acts = [(who, "geolocation", "", State.GIVEN, MARCH) for who in (person, kept_by)]
    add(officer, *acts)
    mine, theirs = located(person, MARCH + timedelta(days=1)), located(kept_by, MARCH + timedelta(days=1))
    assert mine.pk
    add(officer, (person, "geolocation", "", State.WITHDRAWN, MARCH + timedelta(days=2)))
    assert not person.records.exists()
    assert list(kept_by.records.all()) == [theirs]
    assert Entry.objects.get(action="subjects.destroy-records").target_id == person.pk


def test_what_lies_in_the_future_is_left_out_and_counted(officer, person):
    done = add(officer, (person, "advertising", "sms", State.GIVEN, clock.now() + timedelta(days=1)))
    assert (done.events, done.future) == (0, 1)
    assert not ConsentEvent.objects.exists()


def test_a_term_ends_by_itself(officer, person):
    add(officer, (person, "advertising", "sms", State.GIVEN, MARCH, MARCH + timedelta(days=30)))
    state = ConsentState.objects.get(subject=person)
    assert state.state_at(MARCH + timedelta(days=29)) == "given"
    assert state.state_at(MARCH + timedelta(days=30)) == "expired"


@pytest.mark.parametrize("channel", ["", "sms"])
def test_two_partners_who_tell_the_same_are_two_pieces_of_evidence(officer, partner, person, channel):
    act = (person, "advertising", channel, State.GIVEN, MARCH)
    add(officer, act, partner=partner)
    assert add(officer, act).events == 1


ACTS = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(["advertising", "advertising-offers", "transfer"]),
        st.sampled_from(["", "sms", "email"]), st.sampled_from([State.GIVEN, State.REFUSED, State.WITHDRAWN]),
        st.integers(0, 3),
    ),
    max_size=8,
)  # fmt: skip


def kept(people):
    """What is in the ledger of each of these people, and what follows from it."""
    place = {person.pk: number for number, person in enumerate(people)}
    columns = ("subject_id", "purpose", "channel", "state")
    acts = ConsentEvent.objects.filter(subject__in=people).values_list(*columns, "occurred_at")
    states = ConsentState.objects.filter(subject__in=people).values_list(*columns, "since")
    return sorted((place[row[0]], *row[1:]) for row in acts), sorted((place[row[0]], *row[1:]) for row in states)


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=ACTS, answers=st.booleans())
def test_of_people_who_are_new_the_same_is_kept(told, answers):
    def add_all(*, new):
        people = [IdentifierFactory().subject for _ in range(3)]
        acts = [(people[who], *rest, MARCH + timedelta(days=day)) for who, *rest, day in told]
        newcomers = sql.SQL("SELECT unnest({}::bigint[])").format([person.pk for person in people]) if new else None
        stopped = Suppression.objects.count()
        if acts:
            record_many(actor=None, intake=ConsentIntake(rows=rows(*acts), answers=answers, newcomers=newcomers))
        return *kept(people), Suppression.objects.count() - stopped

    assert add_all(new=True) == add_all(new=False)
