"""An edition's whole way: drafted with a preview, reviewed by a second person, published, read and compared."""

import pytest
from playwright.sync_api import Browser, expect

from apps.accounts.choices import Role
from apps.core import clock
from apps.policies.models import PolicyEdition
from tests import factories

pytestmark = pytest.mark.browser
QUICK = {"ky": "Биз телефонду сактайбыз.", "ru": "Мы храним телефон.", "en": "We keep the phone number."}


@pytest.fixture
def staff(served):
    return {role: factories.make_user(role, language="en") for role in (Role.OFFICER, Role.COUNSEL, Role.LEAD)}


@pytest.fixture
def first(served):
    texts = {f"text_{language}": f"# A\n\n{text}" for language, text in QUICK.items()}
    return factories.published_edition(clock.now(), **texts)


def test_from_the_draft_to_what_everybody_reads(served, first, staff, sign_in, browser: Browser):
    draft(sign_in(staff[Role.OFFICER]), served)
    review(sign_in, staff[Role.COUNSEL], served)
    publish(sign_in, staff[Role.LEAD], served)
    read(browser, served)


def draft(page, served):
    page.goto(f"{served}/desk/policies/policydocument/privacy/change/")
    page.get_by_role("button", name="Begin an edition").click()
    page.wait_for_url("**/edit/")
    for language, name in (("ky", "Кыргызча"), ("ru", "Русский"), ("en", "English")):
        page.get_by_role("tab", name=name).click()
        text = page.locator(f"#id_text_{language}")
        expect(text).to_be_visible()
        page.locator(f"#id_summary_{language}").fill(f"Summary in {language}")
    text.fill(f"# A\n\n{QUICK['en'][:-1]} and the **name**.\n\n<script>alert(1)</script>")
    shown = page.locator("[data-shown=en] article")
    expect(shown.locator("strong")).to_have_text("name")
    expect(shown).to_contain_text("<script>alert(1)</script>")
    page.get_by_role("button", name="Store the draft").click()
    expect(page.get_by_text("The draft is stored.")).to_be_visible()
    expect(page.get_by_text("somebody else has to review it")).to_be_visible()
    expect(page.get_by_role("button", name="Mark as reviewed")).to_have_count(0)
    page.context.clear_cookies()


def review(sign_in, counsel, served):
    page = sign_in(counsel)
    edition = PolicyEdition.objects.get(number=2)
    page.goto(f"{served}/desk/policies/policyedition/{edition.pk}/change/?text=en")
    page.get_by_role("link", name="What changes against 1").click()
    expect(page.locator("ins").first).to_have_text("number and the name.")
    page.go_back()
    page.get_by_role("button", name="Mark as reviewed").click()
    expect(page.get_by_text("The edition is reviewed: it can be published.")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    page.context.clear_cookies()


def publish(sign_in, lead, served):
    page = sign_in(lead)
    edition = PolicyEdition.objects.get(number=2)
    page.goto(f"{served}/desk/policies/policyedition/{edition.pk}/change/")
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("nobody can change or delete it any more")
    dialog.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("The edition is published. Nobody can change it any more.")).to_be_visible()
    expect(page.get_by_role("link", name="Change the texts")).to_have_count(0)


def read(browser, served):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{served}/policy/?lang=en")
    page.get_by_role("link", name="Privacy policy").first.click()
    expect(page.locator("article strong")).to_have_text("name")
    page.get_by_role("link", name="What this edition changed").click()
    expect(page.locator("ins").first).to_have_text("number and the name.")
    expect(page.locator("del").first).to_have_text("number.")
    page.get_by_role("link", name="Edition 1").click()
    expect(page.get_by_text("This edition is no longer in force.")).to_be_visible()
    page.get_by_role("link", name="Кыргызча").click()
    expect(page.get_by_text(QUICK["ky"])).to_be_visible()
    page.get_by_role("link", name="Байланыш номерлер").click()
    assert context.cookies() == []
    right = "all => Math.max(...all.map(one => one.getBoundingClientRect().right))"
    assert 0 < page.locator("body *:visible").evaluate_all(right) <= 360
    context.close()
