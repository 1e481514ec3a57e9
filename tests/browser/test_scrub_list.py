"""A campaign's list is scrubbed, downloaded and sent too late; the start page tells, and a caller learns why."""

from pathlib import Path

from playwright.sync_api import expect

from apps.accounts.choices import Role
from apps.core import identifiers
from apps.optouts.services.take import take_optout
from tests import factories

LIST = "id;телефон;имя\r\n1;0555 000 111;Анна\r\n2;0555 123 401;Бектур\r\n3;жок;Осмон\r\n".encode("cp1251")
KEPT = "id;телефон;имя\r\n1;0555 000 111;Анна\r\n".encode("cp1251")


def test_from_the_upload_to_the_caller(served, sign_in, work):
    officer = factories.make_user(Role.OFFICER)
    refuse(officer, "+996555123401")
    page = sign_in(officer)
    page.goto(f"{served}/desk/campaigns/campaign/")
    page.get_by_role("main").get_by_role("link", name="Scrub a list").click()
    page.get_by_role("textbox", name="Title").fill("Autumn offers")
    page.set_input_files("input[type=file]", {"name": "list.csv", "mimeType": "text/csv", "buffer": LIST})
    page.get_by_role("button", name="Scrub the list").click()
    page.wait_for_url("**/campaigns/campaign/*/change/")
    work()
    page.reload()
    expect(page.get_by_text("What became of the rows")).to_be_visible()
    expect(page.get_by_text("The person refused")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Kept: 1").click()
    assert Path(download.value.path()).read_bytes() == KEPT
    refuse(officer, "+996555000111")
    page.get_by_role("button", name="Record the sending").click()
    expect(page.get_by_text("1 address got this after its opt-out")).to_be_visible()
    page.goto(f"{served}/desk/")
    page.get_by_role("link", name="Sent after an opt-out").click()
    page.get_by_role("link", name="C-", exact=False).first.click()
    page.get_by_role("button", name="Take note of it").click()
    expect(page.get_by_text("taken note of by")).to_be_visible()
    ask_why(page, served)


def refuse(officer, value: str) -> None:
    take_optout(actor=officer, kind="phone", digest=identifiers.digest("phone", value), channel="sms")


def ask_why(page, served: str) -> None:
    page.goto(f"{served}/desk/campaigns/campaign/why/")
    page.get_by_role("textbox", name="Phone or e-mail").fill("0555 000 111")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Autumn offers")).to_be_visible()
    expect(page.get_by_text("No refusal that concerned it was in force then.")).to_be_visible()
