"""A permission that was given for a time ends by itself, and what rested on it goes."""

from datetime import timedelta

from procrastinate.contrib.django import app as jobs

from apps.consents.models import ConsentEvent
from apps.consents.services.expire import destroy_expired
from apps.consents.services.record_consent import record_consent
from apps.core import clock
from tests.consents.test_record_consent import located
from tests.factories import IdentifierFactory


def permit(actor, subject, days):
    """From a month ago on, for so many days."""
    said = {"purpose": "geolocation", "state": "given", "medium": "phone"}
    since = clock.now() - timedelta(days=30)
    return record_consent(
        actor=actor, subject=subject, occurred_at=since, expires_at=since + timedelta(days=days), **said
    )  # fmt: skip


def test_what_was_held_by_a_permission_goes_when_it_is_over(agent, person):
    other = IdentifierFactory().subject
    permit(agent, other, days=60)
    kept = located(other, clock.now() - timedelta(days=20))
    permit(agent, person, days=20)
    located(person, clock.now() - timedelta(days=15))
    assert person.records.exists()
    assert ConsentEvent.objects.in_force(person, "geolocation", clock.now() - timedelta(days=12))
    assert not ConsentEvent.objects.in_force(person, "geolocation")
    assert destroy_expired() == 1
    assert not person.records.exists()
    assert list(other.records.all()) == [kept]
    assert destroy_expired() == 0


def test_it_is_looked_for_by_itself():
    assert jobs.periodic_registry.periodic_tasks["consents.destroy_expired", ""].cron == "*/10 * * * *"
