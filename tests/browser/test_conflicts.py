"""A file whose rows contradict what is known: brought in, confirmed, and decided row by row, with the keys too."""

import re

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.choices import Role
from apps.core.identifiers import digest
from apps.imports.conflicts import Conflict
from apps.subjects.models import Identifier, Subject
from tests import factories
from tests.browser.test_accessible import faults
from tests.imports.test_settle import HEAD, T1, T2, merged

T3 = "a" * 31 + "3"
KNOWN = (f"{T1},,0555123401,,Асанова Айгүл,1", ",C-1,0555123402,,Осмонов Бек,1")
ROWS = (
    f"{T2},,0555123401,,Иванов Бек,9",
    f"{T1},C-1,,,Осмонов Бек,9",
    f"{T3},,0555123409,,Ким Анна,9",
)


@pytest.fixture
def officer(sign_in, partner) -> Page:
    merged(partner, *KNOWN)
    return sign_in(factories.make_user(Role.OFFICER))


def bring_in(page: Page, served: str, work) -> None:
    page.goto(f"{served}/desk/imports/batch/add/")
    page.get_by_label("Partner").select_option(label="Bereke")
    content = (HEAD + "\n".join(ROWS) + "\n").encode()
    page.set_input_files("input[type=file]", {"name": "members.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Read the file").click()
    page.wait_for_url("**/imports/batch/*/change/")
    work()
    page.get_by_role("button", name="Confirm").click()  # the page notices by itself that the file was read
    expect(page.get_by_text("The file is confirmed and will be merged.")).to_be_visible()
    work()


def choose(page: Page, title: str) -> None:
    page.get_by_role("link", name=f"Choose: {title}", exact=True).click()
    page.get_by_role("button", name="Decide so").click()
    page.wait_for_load_state()


def holder(value: str) -> Subject:
    return Identifier.objects.get(digest=digest("phone", value)).subject


def test_a_file_is_brought_in_and_its_conflicts_are_decided(served, officer, work):
    page = officer
    old = holder("+996555123401")
    bring_in(page, served, work)
    expect(page.get_by_text("2 rows contradict what is known and wait for a decision.")).to_be_visible()
    page.get_by_role("link", name="Decide", exact=True).click()
    expect(page.get_by_text("Иванов")).to_have_count(0)
    show_values(page)
    choose(page, "The number or address moved to somebody else")
    expect(page.get_by_text(re.compile(r"F-\d+:2 is taken in for P-\d+: Updated"))).to_be_visible()
    new = holder("+996555123401")
    assert (new.pk == old.pk, old.records.count(), new.records.count()) == (False, 2, 2)
    page.keyboard.press("l")
    page.wait_for_url("**/as/leave-out/")
    expect(page.get_by_role("button", name="Decide so")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("has no more conflicts to decide")).to_be_visible()
    expect(page.get_by_role("heading", name="No conflicts")).to_be_visible()


def show_values(page: Page) -> None:
    page.get_by_role("button", name="Show values").click()
    page.get_by_role("dialog").get_by_role("button", name="Show values").click()
    expect(page.get_by_text("Иванов Бек")).to_be_visible()
    expect(page.get_by_text("+996555123401")).to_be_visible()
    expect(page.get_by_role("button", name="Hide values")).to_be_visible()


def test_many_are_left_out_from_the_queue(served, officer, partner):
    merged(partner, *ROWS)
    page = officer
    page.goto(f"{served}/desk/")
    page.get_by_role("navigation").locator("a[href='/desk/imports/conflict/']").click()
    expect(page.get_by_role("checkbox")).to_have_count(3)
    for box in page.locator("input.action-select").all():
        box.check()
    page.locator("select[name=action]").select_option("leave_out")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Leave out").click()
    expect(page.get_by_text("2 rows are left out.")).to_be_visible()
    expect(page.get_by_role("heading", name="No conflicts")).to_be_visible()


def test_its_pages_are_accessible_and_fit_a_phone(served, officer, partner):
    merged(partner, *ROWS)
    page, found = officer, {}
    row = Conflict.objects.undecided().get(reason="two-people")
    place = f"/desk/imports/conflict/{row.batch_id}/{row.number}/"
    for path in ("/desk/imports/conflict/", place, f"{place}as/same-person/"):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(served + path)
        found[path] = faults(page)
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    assert {path: fault for path, fault in found.items() if fault} == {}
