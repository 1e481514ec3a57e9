"""Whoever asks with a full value finds the person; whoever has a part of it finds nobody."""

import pytest

from apps.core.choices import IdentifierKind
from apps.subjects.models import Subject
from tests.factories import IdentifierFactory, PartnerFactory, SubjectFactory


@pytest.fixture
def known(partner):
    subject = SubjectFactory()
    IdentifierFactory(subject=subject, value="+996555123401")
    IdentifierFactory(subject=subject, kind=IdentifierKind.EMAIL, value="aigul@example.kg")
    IdentifierFactory(subject=subject, kind=IdentifierKind.TOKEN, value="9f1c2d3e4b5a6071")
    IdentifierFactory(subject=subject, kind=IdentifierKind.CARD, value="BRK-000101", partner=partner)
    return subject


@pytest.mark.parametrize(
    "typed",
    [
        "0555 123 401",
        "+996 (555) 12-34-01",
        "8 10 996 555123401",
        " Aigul@Example.KG ",
        "9f1c2d3e4b5a6071",
        "BRK-000101",
    ],
)
def test_a_full_value_in_any_form_finds_the_person(known, typed):
    SubjectFactory()
    assert list(Subject.objects.sought(typed)) == [known]


@pytest.mark.parametrize(
    "typed", ["0555 123 40", "123401", "aigul", "@example.kg", "BRK-0001", "9f1c2d3e", "%", "", "P-", "P-x"]
)
def test_a_part_finds_nobody(known, typed):
    assert list(Subject.objects.sought(typed)) == []


@pytest.mark.parametrize("form", ["P-{}", "p{}", " P {} ", "Р-{}", "p–{}"])
def test_a_reference_finds_its_person(known, form):
    SubjectFactory()
    assert list(Subject.objects.sought(form.format(known.pk))) == [known]


def test_the_same_card_of_two_partners_leads_to_both_people(known):
    other = IdentifierFactory(kind=IdentifierKind.CARD, value="BRK-000101", partner=PartnerFactory(code="other"))
    assert set(Subject.objects.sought("BRK-000101")) == {known, other.subject}


def test_a_value_that_may_be_token_or_card_is_tried_as_both(known, partner):
    card = IdentifierFactory(kind=IdentifierKind.CARD, value="9f1c2d3e4b5a6071", partner=partner)
    assert set(Subject.objects.sought("9f1c2d3e4b5a6071")) == {known, card.subject}


def test_a_card_that_looks_like_a_phone_is_found_as_a_card(partner):
    card = IdentifierFactory(kind=IdentifierKind.CARD, value="0555123401", partner=partner)
    assert list(Subject.objects.sought("0555123401")) == [card.subject]


def test_the_reference_of_somebody_merged_away_leads_to_the_survivor(known):
    gone = SubjectFactory(merged_into=known)
    assert list(Subject.objects.sought(gone.reference)) == [known]


def test_searching_takes_two_queries_however_many_partners_there_are(known, django_assert_num_queries):
    PartnerFactory.create_batch(20)
    with django_assert_num_queries(2):
        assert list(Subject.objects.sought("BRK-000101")) == [known]
