"""The contact page (P21), and the check that somebody has filled it in."""

import pytest
from django.core import checks as django_checks
from django.test import Client
from django.urls import reverse

from apps.policies.checks import check_contacts
from apps.policies.contacts import read_phone


def page(language="en"):
    return Client().get(f"{reverse('contacts')}?lang={language}").content.decode()


def test_numbers_can_be_dialled_and_read(settings):
    settings.OPERATOR_PHONES = ["0312 900 100", "+996700123402", "1234", "nonsense"]
    settings.OPERATOR_EMAIL, settings.OPERATOR_ADDRESS = "privacy@operator.example", "Чүй пр. 1, Бишкек"
    settings.OPERATOR_HOURS = "9:00–18:00"
    html = page()
    for number, shown in (
        ("+996312900100", "+996 312 900 100"),
        ("+996700123402", "+996 700 123 402"),
        ("1234", "1234"),
    ):
        assert f'<a href="tel:{number}">{shown}</a>' in html
    assert html.count('href="tel:') == 3
    for words in ("mailto:privacy@operator.example", "Чүй пр. 1, Бишкек", "9:00–18:00", "withdraw a consent"):
        assert words in html


@pytest.mark.parametrize(
    ("language", "words"),
    [("ky", "азырынча жарыялана элек"), ("ru", "пока не опубликованы"), ("en", "not been published")],
)
def test_without_any_it_says_so_and_promises_nothing(settings, language, words):
    settings.OPERATOR_PHONES, settings.OPERATOR_EMAIL, settings.OPERATOR_ADDRESS = [], "", ""
    html = page(language)
    assert words in html
    assert 'href="tel:' not in html


def test_it_needs_no_database(settings):
    """Without the mark, the database refuses."""
    settings.OPERATOR_PHONES = ["1234"]
    assert "1234" in page()


@pytest.mark.parametrize("number", ["", "12", "call us", "0555 123 4", "1234567"])
def test_what_nobody_can_dial_is_no_number(number):
    assert read_phone(number) is None


@pytest.mark.parametrize(
    ("phones", "problem"), [([], ["policies.W001"]), (["1234"], []), (["1234", "x"], ["policies.W002"])]
)
def test_the_check_says_what_is_missing_or_wrong(settings, phones, problem):
    settings.OPERATOR_PHONES = phones
    assert [found.id for found in check_contacts(None)] == problem


def test_it_is_asked_before_the_desk_goes_public(settings):
    settings.OPERATOR_PHONES = []
    found = django_checks.run_checks(include_deployment_checks=True, tags=["amanat"])
    assert "policies.W001" in {problem.id for problem in found}
    assert all(problem.level == django_checks.WARNING for problem in found if problem.id.startswith("policies."))


def test_every_public_page_leads_to_policy_and_contacts():
    html = page("ru")
    for name in ("policy", "contacts"):
        assert f'href="{reverse(name)}?lang=ru"' in html
    unknown = Client().get("/u/nonsense?lang=ru").content.decode()
    assert f'href="{reverse("policy")}?lang=ru"' in unknown
