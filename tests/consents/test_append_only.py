"""Nobody changes or deletes what was said, and whoever tries is told why."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.consents.choices import State
from apps.consents.models import ConsentEvent, Wording
from apps.consents.services.wordings import wording_of
from apps.core import clock
from tests.factories import SubjectFactory


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consents_consentevent SET state = 'withdrawn'",
        "UPDATE consents_consentevent SET occurred_at = occurred_at - interval '1 day'",
        "UPDATE consents_consentevent SET counts = false",
        "UPDATE consents_consentevent SET counts = false, state = 'given'",
        "DELETE FROM consents_consentevent",
    ],
)
def test_sql_changes_no_event_and_says_why(person, say, statement):
    say(person, State.GIVEN)
    with pytest.raises(DatabaseError, match=r"Cannot update or delete .* what was said stays"), transaction.atomic():
        connection.cursor().execute(statement)
    event = ConsentEvent.objects.get()
    assert (event.state, event.counts) == ("given", True)


def correction(event, **more):
    values = {
        "subject": event.subject, "purpose": event.purpose, "state": State.INVALIDATED, "medium": "phone",
        "occurred_at": clock.now(), "corrects": event, "counts": False,
    }  # fmt: skip
    return ConsentEvent(**values | more)


def test_what_a_correction_names_counts_no_more_and_changes_in_nothing_else(person, say):
    event = say(person, State.GIVEN)
    before = {field.attname: getattr(event, field.attname) for field in ConsentEvent._meta.concrete_fields}
    correction(event).save(force_insert=True)
    after = ConsentEvent.objects.values().get(pk=event.pk)
    before.pop("rank"), after.pop("rank")
    assert after == before | {"counts": False}
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        ConsentEvent.objects.filter(pk=event.pk).update(counts=True)


def test_a_correction_names_an_event_of_its_own_person_and_purpose_that_counts(person, say):
    event = say(person, State.GIVEN)
    for wrong in ({"subject": SubjectFactory()}, {"purpose": "transfer"}):
        with pytest.raises(IntegrityError, match="same person"), transaction.atomic():
            correction(event, **wrong).save(force_insert=True)
    for wrong in ({"counts": True}, {"state": State.WITHDRAWN}, {"corrects": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            correction(event, **wrong).save(force_insert=True)
    correction(event).save(force_insert=True)
    with pytest.raises(IntegrityError, match="that counts"), transaction.atomic():
        correction(event).save(force_insert=True)


def test_only_a_permission_has_a_term_and_it_lies_behind_its_beginning(person):
    now = clock.now()
    said = {"subject": person, "purpose": "advertising", "medium": "phone", "occurred_at": now}
    for state, days in (("withdrawn", 1), ("given", 0), ("given", -1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ConsentEvent.objects.create(**said, state=state, expires_at=now + timedelta(days=days))
    assert ConsentEvent.objects.create(**said, state="given", expires_at=now + timedelta(days=1)).pk


def test_a_wording_is_kept_once_and_never_changes(db):
    first = wording_of("Жарнамага макулмун\r\n", "ky")
    assert wording_of("Жарнамага макулмун", "ky") == first
    assert wording_of("Жарнамага макулмун", "ru") != first
    assert wording_of("  ", "ky") is None
    assert Wording.objects.count() == 2
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Wording.objects.update(text="anything")
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        first.delete()


def test_nor_is_the_ledger_emptied(person, say):
    event = say(person, State.GIVEN)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="Cannot truncate"), transaction.atomic():
        connection.cursor().execute("TRUNCATE consents_consentevent CASCADE")
    assert ConsentEvent.objects.get() == event
