"""A lead officer reads the record of processing, gives some uses a period and a recipient a route; the flags go."""

from urllib.parse import parse_qs, urlsplit

from django.urls import reverse
from playwright.sync_api import expect

from apps.accounts.choices import Role
from tests import factories
from tests.browser.test_accessible import faults

RECORD = reverse("admin:partners_processing_record")


def test_the_record_is_read_and_kept(served, sign_in):
    page = sign_in(factories.make_user(Role.LEAD, language="en"))
    page.get_by_role("link", name="Record of processing").click()
    expect(page.get_by_role("heading", name="Record of processing", level=1)).to_be_visible()
    expect(page.get_by_role("img", name="Where data goes")).to_be_visible()
    assert faults(page) == []
    contracts = page.locator("#purpose-contracts")
    expect(contracts.get_by_text("No retention period")).to_have_count(2)
    a_period_for_many(page, served)
    page.goto(served + RECORD)
    expect(contracts.get_by_text("3 years from the end of the contract")).to_have_count(2)
    expect(contracts.get_by_text("No retention period")).to_have_count(0)

    gateway = page.locator("#recipient-sms-gateway")
    expect(gateway.get_by_text("No erasure route")).to_be_visible()
    gateway.get_by_role("link", name="SMS gateway").click()
    page.get_by_label("Erasure reaches it by").select_option("email")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Say where the erasure is sent.")).to_be_visible()
    page.get_by_label("Contact").fill("erasure@gateway.example")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(served + RECORD)
    expect(gateway.get_by_text("erasure@gateway.example")).to_be_visible()
    expect(gateway.get_by_text("No erasure route")).to_have_count(0)
    on_paper_and_on_a_phone(page)


def a_period_for_many(page, served):
    page.get_by_role("link", name="Line by line").click()
    page.goto(f"{served}{reverse('admin:partners_processing_changelist')}?purpose=contracts")
    for box in page.locator("input.action-select").all():
        box.check()
    page.locator("select[name=action]").select_option("set_period")
    page.get_by_role("button", name="Run").click()
    page.get_by_label("For a period").check()
    page.get_by_label("How long").fill("3")
    page.get_by_label("Unit").select_option("year")
    page.get_by_label("Counted").select_option("contract-end")
    assert faults(page) == []
    page.get_by_role("button", name="Set the period").click()
    expect(page.get_by_text("The period of 5 uses is set.")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query) == {}


def on_paper_and_on_a_phone(page):
    page.emulate_media(media="print")
    expect(page.locator("aside").first).to_be_hidden()
    expect(page.get_by_role("link", name="Line by line")).to_be_hidden()
    expect(page.get_by_text("Providing the application").last).to_be_visible()
    page.emulate_media(media="screen", color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert faults(page) == []
