"""Rows of activity that contradict what is known, decided; an officer may give somebody an identifier by them."""

import pytest
from django.urls import reverse

from apps.core.errors import NotPossible
from apps.imports.choices import Decision, Kind, Status
from apps.imports.conflicts import Conflict
from apps.imports.services.settling import settle
from apps.subjects.models import PersonalRecord, Subject
from tests.factories import IdentifierFactory, SubjectFactory
from tests.imports.test_settle import owner
from tests.imports.test_undo import merged

HEAD = "token,phone,kind,date,receipt,amount,coordinates\n"
T1, T2 = "a" * 31 + "1", "a" * 31 + "2"
ONE, TWO = "+996555123401", "+996555123402"


@pytest.fixture
def person(db) -> Subject:
    subject = SubjectFactory()
    IdentifierFactory(subject=subject, value=ONE)
    IdentifierFactory(subject=subject, kind="token", value=T1)
    return subject


@pytest.fixture
def waiting(partner, person):
    """A row in conflict about somebody known."""

    def waiting(row: str) -> Conflict:
        batch = merged(partner, HEAD + row + "\n", Kind.ACTIVITY)
        assert (batch.status, batch.figures["conflict"]) == (Status.DONE, 1)
        return Conflict.objects.undecided().get()

    return waiting


def decide(officer, row: Conflict, decision: str) -> Subject:
    return settle(actor=officer, batch_id=row.batch_id, number=row.number, decision=decision).person


def test_a_replaced_token_is_the_persons_and_the_event_too(officer, person, waiting):
    row = waiting(f"{T2},0555123401,purchase,2026-10-10,A-1,5,")
    assert decide(officer, row, Decision.SAME_PERSON) == person
    assert owner("token", T2) == person
    assert person.records.get().payload["reference"] == "A-1"


def test_a_number_that_moved_takes_the_event_and_not_the_history_along(officer, person, waiting):
    row = waiting(f"{T2},0555123401,purchase,2026-10-10,A-1,5,")
    new = decide(officer, row, Decision.MOVED)
    assert new == owner("phone", ONE) != person
    assert new.records.get().payload["reference"] == "A-1"
    assert not person.records.exists()
    assert owner("token", T2) is None


def test_two_people_who_are_one(officer, person, waiting):
    IdentifierFactory(value=TWO)
    row = waiting(f"{T1},0555123402,purchase,2026-10-10,A-1,5,")
    assert decide(officer, row, Decision.SAME_PERSON) == person
    assert owner("phone", TWO) == person
    assert person.records.count() == 1


def test_a_token_of_nobody_alone_takes_nothing_in(officer, person, waiting):
    row = waiting(f"{T2},0555123401,purchase,2026-10-10,A-1,5,")
    with pytest.raises(NotPossible, match="Nobody is known"):
        decide(officer, row, Decision.TAKE_IN)
    assert not PersonalRecord.objects.exists()
    assert Conflict.objects.undecided().count() == 1


def test_a_location_in_conflict_was_not_kept(officer, person, waiting):
    row = waiting(f"{T2},0555123401,geo,2026-10-10,L-1,,42.8746;74.5698")
    with pytest.raises(NotPossible, match="latitude"):
        decide(officer, row, Decision.SAME_PERSON)
    assert owner("token", T2) is None, "nothing was changed"


def test_its_page_shows_what_stands_against_it_masked(desk, person, waiting):
    row = waiting(f"{T2},0555123401,purchase,2026-10-10,A-10021,77781,")
    html = desk.get(reverse("admin:imports_conflict", args=[row.batch_id, row.number])).content.decode()
    assert person.reference in html
    assert "77781" not in html
    assert "A-10021" not in html
