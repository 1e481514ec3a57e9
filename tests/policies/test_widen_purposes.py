"""Which purposes an edition widens: said while it is drafted, shown to everybody, kept for ever."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse

from apps.audit.models import Entry
from apps.core.errors import NotPossible
from apps.policies.models import PolicyEdition
from apps.policies.services.change_edition import change_edition
from apps.policies.services.publish_edition import publish_edition
from apps.policies.services.review_edition import review_edition
from tests.policies.conftest import TEXTS, client_of


@pytest.fixture
def widened(draft, officer, counsel, lead):
    edition = change_edition(
        actor=officer, edition_id=draft.pk, version=2, values={"widens": ["geolocation", "advertising"]}
    )
    review_edition(actor=counsel, edition_id=edition.pk, version=3)
    return publish_edition(actor=lead, edition_id=edition.pk, version=3)


def test_they_are_kept_in_the_order_of_the_register(draft, officer):
    changed = change_edition(
        actor=officer, edition_id=draft.pk, version=2, values={"widens": ["geolocation", "advertising"]}
    )
    assert changed.widens == ["advertising", "geolocation"]
    assert changed.widened == ["Advertising", "Using the exact geolocation"]
    assert Entry.objects.filter(action="policies.change-edition").latest("pk").facts["fields"] == ["widens"]
    same = change_edition(
        actor=officer, edition_id=draft.pk, version=3, values={"widens": ["advertising", "geolocation"]}
    )
    assert same.version == 3


@pytest.mark.parametrize("code", ["nonsense", "contracts"])
def test_only_what_people_are_asked_about(draft, officer, code):
    with pytest.raises(ValidationError):
        change_edition(actor=officer, edition_id=draft.pk, version=2, values={"widens": [code]})


def test_with_a_review_that_saw_less_it_has_to_be_reviewed_again(reviewed, officer):
    changed = change_edition(actor=officer, edition_id=reviewed.pk, version=2, values={"widens": ["transfer"]})
    assert (changed.status, changed.reviewed_by) == ("draft", None)


def test_published_they_stay(widened):
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        connection.cursor().execute("UPDATE policies_policyedition SET widens = '{}'")
    assert PolicyEdition.objects.get().widens == ["advertising", "geolocation"]


def test_everybody_reads_them_under_what_changed(widened):
    for place in ("/policy/privacy/1/", "/policy/privacy/history/"):
        shown = Client().get(f"{place}?lang=en").content.decode()
        assert "This edition widens purposes. Whoever agreed to them before is asked again:" in shown, place
        assert "<li>Advertising</li>" in shown


def test_the_editor_offers_them(draft, officer):
    desk = client_of(officer)
    place = reverse("admin:policies_policyedition_edit", args=[draft.pk])
    shown = desk.get(place).content.decode()
    assert 'value="geolocation"' in shown
    assert 'value="contracts"' not in shown
    desk.post(place, {**TEXTS, "version": 2, "widens": ["geolocation"]})
    assert PolicyEdition.objects.get().widens == ["geolocation"]
    page = desk.get(reverse("admin:policies_policyedition_change", args=[draft.pk])).content.decode()
    assert "<li>Using the exact geolocation</li>" in page


def test_whoever_changed_a_draft_once_never_reviews_it(draft, counsel, lead, officer):
    change_edition(actor=counsel, edition_id=draft.pk, version=2, values={"text_en": "Counsel's words"})
    change_edition(actor=officer, edition_id=draft.pk, version=3, values={"text_en": "The officer's words"})
    with pytest.raises(NotPossible, match="somebody else has to review it"):
        review_edition(actor=counsel, edition_id=draft.pk, version=4)
    with pytest.raises(Exception, match="edition_reviewed_by_none_of_its_editors"), transaction.atomic():
        PolicyEdition.objects.update(reviewed_by=counsel)
    assert review_edition(actor=lead, edition_id=draft.pk, version=4).reviewed_by == lead
