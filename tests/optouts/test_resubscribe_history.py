"""What staff see of a way back: on the person's page, in its timeline, and in the list."""

import re

import pytest
from django.urls import reverse

from apps.audit.models import Entry
from apps.core import identifiers
from apps.optouts.models import Suppression
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.resubscribe import apply_wishes
from tests.factories import IdentifierFactory
from tests.optouts.test_resubscribe import refusal, wish

pytestmark = pytest.mark.django_db

PHONE = "+996555123401"


@pytest.fixture
def person():
    identifier = IdentifierFactory(value=PHONE)
    digest = bytes(identifier.digest)
    apply_facts(actor=None, facts=[refusal(digest=digest)])
    assert Suppression.objects.count() == 1
    apply_wishes([wish(digest=digest)])
    assert Suppression.objects.count() == 0
    return identifier.subject


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_persons_page_tells_the_refusal_and_the_way_back(desk, person):
    page = desk.get(reverse("admin:subjects_subject_change", args=[person.pk])).content.decode()
    text = text_of(page)
    assert "Receives it again: Advertising · SMS · Every sender Confirmed through the address itself" in text
    assert text.index("Receives it again: Advertising") < text.index("The person refused: Advertising · SMS")
    assert "SMS: stopped" not in text


def test_the_timeline_keeps_what_led_to_a_suppression_that_is_gone(desk, person):
    assert Entry.objects.filter(action__in=["optouts.accept", "optouts.resubscribe"]).count() == 2
    text = text_of(desk.get(reverse("admin:subjects_subject_change", args=[person.pk])).content.decode())
    timeline = text.partition("Timeline")[2]
    assert "Opt-out by the person" in timeline
    assert "Received again by the person" in timeline


def test_the_list_names_the_person_and_is_searched_by_the_full_number(desk, person):
    page = desk.get(reverse("admin:optouts_resubscription_changelist")).content.decode()
    assert person.reference in page
    assert PHONE not in page
    found = desk.post(reverse("admin:optouts_find"), {"typed": "0555 123 401"}).content.decode()
    assert "Receives it again: Advertising" in text_of(found)
    digest = identifiers.digest("phone", PHONE).hex()
    ways_back = reverse("admin:optouts_resubscription_changelist") + f"?address={digest}"
    assert ways_back in found
    assert person.reference in desk.get(ways_back).content.decode()
