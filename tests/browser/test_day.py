"""An officer's first day, from the partner's file to the person's own click."""

import csv
from pathlib import Path

from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from apps.accounts.choices import Role
from tests import factories

FILE = Path(__file__).parents[1] / "imports" / "files" / "sary-ozon-members.csv"
PHONE, MASKED = "+996700111201", "+996 ••• ••• 201"


def test_from_a_partners_file_to_the_persons_own_click(served, sign_in, work, browser: Browser, tmp_path):
    factories.PartnerFactory(code="sary-ozon", name="Sary-Özön")
    page = sign_in(factories.make_user(Role.OFFICER))
    bring_in_the_file(page, work)
    find_by_phone(page, "0700 111 201")
    reveal_and_hide(page)
    opt_out_by_phone(page)
    person = page.url
    click_the_link(browser, minted_link(tmp_path))
    page.goto(person)
    expect(timeline(page)).to_contain_text("Link in a message")
    expect(timeline(page)).to_contain_text("Phone call")
    expect(timeline(page)).to_contain_text("Values shown")


def timeline(page: Page):
    return page.locator("section", has=page.get_by_role("heading", name="Timeline"))


def bring_in_the_file(page: Page, work) -> None:
    page.keyboard.press("i")
    page.get_by_label("Partner").select_option(label="Sary-Özön")
    page.set_input_files("input[type=file]", FILE)
    page.get_by_role("button", name="Read the file").click()
    page.wait_for_url("**/imports/batch/*/change/")
    work()
    page.reload()
    expect(page.get_by_text("Waiting for confirmation")).to_be_visible()
    page.get_by_role("button", name="Confirm").click()
    work()
    page.reload()
    expect(page.get_by_text("Merged", exact=True)).to_be_visible()


def find_by_phone(page: Page, typed: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/subjects/subject/*/change/")
    assert "700" not in page.url
    expect(page.get_by_text(MASKED).first).to_be_visible()
    expect(page.get_by_text(PHONE)).to_have_count(0)


def reveal_and_hide(page: Page) -> None:
    page.get_by_role("button", name="Show values").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").select_option(label="The person is on the phone")
    dialog.get_by_role("button", name="Show values").click()
    expect(page.get_by_text(PHONE).first).to_be_visible()
    page.get_by_role("button", name="Hide values").click()
    expect(page.get_by_text(PHONE)).to_have_count(0)


def opt_out_by_phone(page: Page) -> None:
    expect(page.get_by_text("SMS: stopped")).to_have_count(0)
    page.get_by_role("button", name="Take an opt-out").click()
    page.get_by_role("dialog").locator("button[type=submit]").click()
    expect(page.get_by_text("SMS: stopped").first).to_be_visible()


def minted_link(tmp_path: Path) -> str:
    campaign, linked = tmp_path / "campaign.csv", tmp_path / "linked.csv"
    campaign.write_text(f"phone\n{PHONE}\n")
    call_command("mint_links", str(campaign), str(linked), channel="sms", column="phone", language="en")
    with linked.open() as file:
        return next(csv.DictReader(file))["unsubscribe_url"]


def click_the_link(browser: Browser, link: str) -> None:
    public = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB", java_script_enabled=False)
    page = public.new_page()
    page.goto(link)
    expect(page.get_by_text(MASKED).first).to_be_visible()
    page.get_by_role("button", name="Yes, stop it").click()
    expect(page.get_by_role("button", name="Yes, stop it")).to_have_count(0)
    expect(page.locator("h1")).to_be_visible()
    assert public.cookies() == []
    public.close()
