"""Data categories and purposes: rows follow the registry, read in the reader's language."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from apps.policies.models import DataCategory, Purpose
from apps.policies.registry import ANONYMOUS_CODES, CATEGORIES, CATEGORY_CODES, PURPOSES
from apps.policies.services.sync_registry import sync_registry


def test_every_term_has_its_row(db):
    assert set(DataCategory.objects.values_list("code", flat=True)) == {c.code for c in CATEGORIES}
    assert dict(Purpose.objects.values_list("code", "number")) == {p.code: p.number for p in PURPOSES}


def test_a_changed_row_is_put_right_and_an_unknown_one_retired(db):
    DataCategory.objects.filter(code="phone").update(title_en="Changed")
    DataCategory.objects.create(code="gone", title_en="Gone", title_ru="Gone", title_ky="Gone")
    sync_registry()
    assert DataCategory.objects.get(code="phone").title_en == "Phone number"
    assert DataCategory.objects.get(code="gone").retired
    assert not DataCategory.objects.get(code="phone").retired


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_titles_are_in_the_readers_language(db, language):
    category = DataCategory.objects.get(code="phone")
    with translation.override(language):
        assert category.title == getattr(CATEGORIES[0].titles, language)


@pytest.mark.parametrize("model", ["datacategory", "purpose"])
def test_registers_are_read_and_not_changed(desk, model):
    listed = desk.get(reverse(f"admin:policies_{model}_changelist"))
    assert listed.status_code == 200
    assert ("Advertising" if model == "purpose" else "Phone number") in listed.content.decode()
    code = "advertising" if model == "purpose" else "phone"
    page = reverse(f"admin:policies_{model}_change", args=[code])
    assert desk.get(page).status_code == 200
    assert desk.post(page, {"title_en": "X"}).status_code == 403
    assert desk.get(reverse(f"admin:policies_{model}_add")).status_code == 403


def test_a_topic_falls_with_the_purpose_above_it(db):
    topics = [purpose for purpose in PURPOSES if purpose.parent]
    assert topics
    for topic in topics:
        assert Purpose.objects.get(code=topic.code).parent_id == "advertising"


def test_what_is_anonymous_is_told_apart(db):
    assert {"device-id", "mac", "imei", "device-model", "ip", "network", "browser", "usage"} == ANONYMOUS_CODES
    assert not ANONYMOUS_CODES & CATEGORY_CODES
    assert set(DataCategory.objects.filter(anonymous=True).values_list("code", flat=True)) == ANONYMOUS_CODES


def test_every_term_has_a_term_of_the_vocabulary(db):
    assert all(re.fullmatch(r"pd:[A-Z]\w+", c.dpv) for c in CATEGORIES)
    assert all(re.fullmatch(r"dpv:[A-Z]\w+", p.dpv) for p in PURPOSES)
    assert dict(Purpose.objects.values_list("code", "dpv")) == {p.code: p.dpv for p in PURPOSES}
    assert Purpose.objects.get(code="advertising").dpv == "dpv:Advertising"


def test_a_consent_without_an_end_or_beside_another_basis_is_known(db):
    advertising, transfer = (Purpose.objects.get(code=code) for code in ("advertising", "transfer"))
    assert (advertising.consent_endless, advertising.consent_void) == (True, False)
    assert (transfer.consent_endless, transfer.consent_void) == (True, True)
    advertising.consent_days = 365
    assert not advertising.consent_endless
    assert not Purpose.objects.get(code="contracts").consent_endless


def test_the_page_of_a_purpose_says_that_a_consent_never_ends(desk):
    page = desk.get(reverse("admin:policies_purpose_change", args=["advertising"])).content.decode()
    assert "dpv:Advertising" in page
    assert "indefinitely, as the policy words it (P08)" in page
    page = desk.get(reverse("admin:policies_purpose_change", args=["contracts"])).content.decode()
    assert "indefinitely" not in page
