"""Undoing a file of activity: its events go, what was corrected comes back, and a destroyed location doesn't."""

from datetime import timedelta

import pytest

from apps.consents.services.record_consent import record_consent
from apps.core import clock
from apps.imports.choices import Kind, Status
from apps.imports.models import BeforeImage, TouchedPerson
from apps.subjects.models import PersonalRecord, Subject
from tests.factories import IdentifierFactory
from tests.imports.test_undo import merged, undone

HEAD = "phone,kind,date,receipt,amount,coordinates\n"
FIRST = HEAD + "0555123401,purchase,2026-10-10,A-1,100,\n"


@pytest.fixture
def person(partner) -> Subject:
    return IdentifierFactory(value="+996555123401").subject


def state():
    fields = ("category_id", "key", "payload_digest", "observed_at", "reported_at", "recorded_at")
    return list(PersonalRecord.objects.order_by("pk").values_list(*fields))


def test_events_go_and_the_person_stays(partner, officer, person):
    batch = merged(partner, FIRST + "0555123401,purchase,2026-10-11,A-2,5,\n", Kind.ACTIVITY)
    assert person.records.count() == 2
    assert TouchedPerson.objects.get().subject == person
    assert undone(officer, batch) == {"records_gone": 2}
    assert not person.records.exists()
    assert Subject.objects.get() == person


def test_what_a_corrected_event_said_before_comes_back(partner, officer, person):
    merged(partner, FIRST, Kind.ACTIVITY)
    before = state()
    batch = merged(partner, FIRST.replace("100", "90") + "0555123401,purchase,2026-10-11,A-2,5,\n", Kind.ACTIVITY)
    assert (batch.figures["updated"], batch.figures["new"]) == (1, 1)
    assert state() != before
    assert undone(officer, batch) == {"restored": 1, "records_gone": 1}
    assert state() == before
    assert person.records.get().payload["amount"] == "100"


def test_what_a_newer_file_said_stays(partner, officer, person):
    merged(partner, FIRST, Kind.ACTIVITY)
    older = merged(partner, FIRST.replace("100", "90"), Kind.ACTIVITY)
    merged(partner, FIRST.replace("100", "80"), Kind.ACTIVITY)
    assert undone(officer, older) == {"records_stay": 1}
    assert person.records.get().payload["amount"] == "80"


def test_a_destroyed_location_does_not_come_back_nor_is_it_kept_for_that(partner, officer, person):
    said = {"subject": person, "purpose": "geolocation", "medium": "phone"}
    since = clock.now() - timedelta(days=90)
    record_consent(actor=officer, state="given", occurred_at=since, **said)
    at = (clock.now() - timedelta(days=9)).date().isoformat()
    located = HEAD + f'0555123401,geo,{at},L-1,,"42.8746, 74.5698"\n'
    merged(partner, located, Kind.ACTIVITY)
    batch = merged(partner, located.replace("42.8", "42.9"), Kind.ACTIVITY)
    assert (batch.status, batch.figures["updated"], BeforeImage.objects.count()) == (Status.DONE, 1, 1)
    record_consent(actor=officer, state="withdrawn", **said)
    assert not PersonalRecord.objects.exists()
    assert not BeforeImage.objects.exists()
    assert undone(officer, batch) == {}
    assert not PersonalRecord.objects.exists()
