"""Two people become one: their consents too, and what one of them ended is ended."""

from datetime import timedelta

from apps.audit.models import Entry
from apps.consents.choices import State
from apps.consents.models import ConsentEvent
from apps.core import clock
from apps.subjects.services.merge import merge
from tests.consents.test_record_consent import located
from tests.factories import IdentifierFactory


def test_events_move_and_keep_their_time(officer, person, say):
    absorbed = IdentifierFactory().subject
    since = clock.now() - timedelta(days=3)
    event = say(absorbed, State.GIVEN, since)
    location = located(absorbed, clock.now() - timedelta(days=1))
    merge(actor=officer, survivor=person, absorbed=absorbed, reason="same-person")
    event.refresh_from_db()
    assert (event.subject, event.occurred_at, event.state) == (person, since, "given")
    assert list(person.records.all()) == [location]
    moved = Entry.objects.about(person).get(action="consents.follow")
    assert moved.facts == {"events": 1, "person": absorbed.reference}


def test_what_one_of_the_two_ended_is_ended_for_both(officer, person, say):
    absorbed = IdentifierFactory().subject
    say(person, State.GIVEN, clock.now() - timedelta(days=9))
    located(person, clock.now() - timedelta(days=5))
    say(absorbed, State.REFUSED, clock.now() - timedelta(days=2))
    assert person.records.exists()
    merge(actor=officer, survivor=person, absorbed=absorbed, reason="same-person")
    assert not person.records.exists()
    assert not ConsentEvent.objects.in_force(person, "geolocation")


def test_who_said_nothing_brings_nothing(officer, person):
    absorbed = IdentifierFactory().subject
    merge(actor=officer, survivor=person, absorbed=absorbed, reason="same-person")
    assert not Entry.objects.filter(action__startswith="consents.").exists()
