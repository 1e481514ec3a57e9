"""A consent is given, refused, taken back; what rested on it goes in the same step; nobody changes what was said."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.consents.choices import ENDING, State
from apps.consents.models import ConsentEvent
from apps.consents.services.record_consent import record_consent
from apps.core import clock
from apps.core.errors import NotPossible
from tests.factories import IdentifierFactory, RecordFactory, SubjectFactory, make_user


def located(subject, at, **more):
    return RecordFactory(
        subject=subject, category_id="geolocation", key=at.isoformat().encode()[-16:], observed_at=at, **more
    )  # fmt: skip


def test_what_a_person_permits_is_an_event_and_an_audit_entry(agent, person, say):
    event = say(person, State.GIVEN)
    assert (event.state, event.purpose, event.medium, event.actor) == ("given", "geolocation", "phone", agent)
    entry = Entry.objects.about(person).get()
    assert (entry.action, entry.actor) == ("consents.record", agent)
    assert entry.facts == {
        "purpose": "geolocation", "state": "given", "medium": "phone", "said_at": event.occurred_at.isoformat()
    }  # fmt: skip


def test_a_withdrawal_destroys_locations_of_this_person_and_nothing_else(person, say):
    say(person, State.GIVEN, clock.now() - timedelta(days=3))
    mine = [located(person, clock.now() - timedelta(days=days)) for days in (1, 2)]
    purchase = RecordFactory(subject=person, category_id="purchases", key=b"1")
    theirs = located(SubjectFactory(), clock.now() - timedelta(days=1))
    assert len(mine) == 2
    say(person, State.WITHDRAWN)
    assert list(person.records.all()) == [purchase]
    theirs.refresh_from_db()
    destroyed = Entry.objects.get(action="subjects.destroy-records")
    assert destroyed.facts == {"category": "geolocation", "records": 2}
    assert destroyed.target_id == person.pk


@pytest.mark.parametrize("ending", ENDING)
def test_every_end_is_an_end(person, say, ending):
    say(person, State.GIVEN, clock.now() - timedelta(days=3))
    located(person, clock.now() - timedelta(days=1))
    say(person, ending)
    assert not person.records.exists()


def test_an_end_that_comes_late_takes_what_was_before_it_and_leaves_what_a_later_permission_carries(person, say):
    now = clock.now()
    say(person, State.GIVEN, now - timedelta(days=30))
    before, after = located(person, now - timedelta(days=25)), located(person, now - timedelta(days=5))
    ConsentEvent.objects.create(
        subject=person, purpose="geolocation", state="given", medium="app", occurred_at=now - timedelta(days=10)
    )  # fmt: skip
    say(person, State.WITHDRAWN, now - timedelta(days=20))
    assert list(person.records.all()) == [after]
    assert before.pk


def test_a_consent_for_something_else_touches_no_location(person, say):
    say(person, State.GIVEN, clock.now() - timedelta(days=3))
    located(person, clock.now() - timedelta(days=1))
    say(person, State.WITHDRAWN, purpose="advertising")
    assert person.records.count() == 1


def test_the_second_of_two_who_record_the_same_is_told(person, say):
    say(person, State.GIVEN)
    with pytest.raises(NotPossible, match="already"):
        say(person, State.GIVEN)
    say(person, State.WITHDRAWN)
    with pytest.raises(NotPossible, match="already"):
        say(person, State.WITHDRAWN)
    assert ConsentEvent.objects.count() == 2


def test_an_end_is_taken_also_from_who_never_gave_anything(person, say):
    assert say(person, State.REFUSED).pk
    assert say(person, State.WITHDRAWN).pk


def test_nothing_is_recorded_of_the_future_nor_of_an_unknown_purpose_nor_without_the_right(person, say):
    with pytest.raises(NotPossible, match="future"):
        say(person, State.GIVEN, clock.now() + timedelta(hours=1))
    with pytest.raises(KeyError):
        say(person, State.GIVEN, purpose="world-domination")
    with pytest.raises(ValueError, match="agreed"):
        say(person, "agreed")
    said = {"purpose": "geolocation", "state": "given", "medium": "phone"}
    for role in (Role.COUNSEL, Role.PARTNER_MANAGER, Role.AUDITOR):
        with pytest.raises(PermissionDenied):
            record_consent(actor=make_user(role), subject=person, **said)
    assert not ConsentEvent.objects.exists()


def test_a_person_who_was_merged_away_is_not_asked_any_more(person, say):
    away = SubjectFactory(merged_into=person)
    with pytest.raises(NotPossible, match="merged"):
        say(away, State.GIVEN)


def test_nobody_changes_or_deletes_what_was_said(person, say):
    event = say(person, State.GIVEN)
    for statement in (
        "UPDATE consents_consentevent SET state = 'withdrawn'",
        "UPDATE consents_consentevent SET subject_id = subject_id",
        "DELETE FROM consents_consentevent",
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            connection.cursor().execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()
    assert ConsentEvent.objects.get().state == "given"


def test_of_two_who_end_it_at_once_one_is_told(transactional_db):
    agents = [make_user(Role.AGENT), make_user(Role.AGENT)]
    person = IdentifierFactory().subject
    barrier, told = threading.Barrier(2), []

    def end(actor):
        barrier.wait()
        try:
            record_consent(actor=actor, subject=person, purpose="geolocation", state="refused", medium="phone")
        except NotPossible:
            told.append(actor)
        finally:
            connection.close()

    threads = [threading.Thread(target=end, args=[actor]) for actor in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    assert ConsentEvent.objects.count() == 1
