"""Nothing that axe finds: the pages of a working day in three languages, both themes, and the public page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from apps.accounts.choices import Role
from apps.optouts.services.mint import Mailing, mint
from tests import factories

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "ru", "ky")
# WCAG 2.2 AA and axe's own good practice. The library's scrolling list and its page name themselves the same.
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"landmark-unique": {"enabled": False}},
}
PHONE = "+996555123401"


def faults(page):
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in found]


@pytest.fixture
def person(transactional_db):
    subject = factories.IdentifierFactory(value=PHONE).subject
    factories.RecordFactory(subject=subject)
    return subject


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ru", "dark"), ("ky", "light")])
def test_the_desk(served, person, sign_in, language, theme):
    page = sign_in(factories.make_user(Role.OFFICER, language="en"))
    page.emulate_media(color_scheme=theme)
    page.locator(f"form:has(input[name=language][value={language}])").evaluate_all("forms => forms[0].submit()")
    page.wait_for_function(f"document.documentElement.lang === '{language}'")
    found = {}
    names = (
        "index", "subjects_find", "optouts_suppression_changelist", "optouts_take", "optouts_many", "optouts_figures",
        "optouts_message", "imports_batch_add", "subjects_subject_export",
    )  # fmt: skip
    for name in names:
        page.goto(served + reverse(f"admin:{name}"))
        found[name] = faults(page)
        assert page.locator("h1").count() == 1, name
    page.goto(served + reverse("admin:subjects_subject_change", args=[person.pk]))
    found["person"] = faults(page)
    assert page.locator("h1").inner_text() == person.reference
    assert {name: fault for name, fault in found.items() if fault} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_public_page(served, page, language):
    link = mint(mailing=Mailing(channel="sms", language=language), raw=PHONE).unsubscribe_url
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(link)
    assert page.locator("html").get_attribute("lang") == language
    assert faults(page) == []
    page.get_by_role("button").first.click()
    page.wait_for_load_state()
    assert faults(page) == []


def test_the_sign_in_page(served, page):
    page.goto(served + "/desk/")
    assert page.get_by_label("E-mail").is_visible()
    assert faults(page) == []
