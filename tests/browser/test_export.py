"""An officer narrows the list of people, takes it along masked, then whole for a reason, and the lead sees both."""

import csv
import io
from pathlib import Path

from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from apps.accounts.choices import Role
from tests import factories

PHONE = "+996555123401"


def fetched(page: Page) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export").click()
    return Path(waiting.value.path())


def test_a_filtered_list_is_taken_along(served, sign_in):
    blocked = factories.IdentifierFactory(value="+996700123402").subject
    blocked.restricted_at = timezone.now()
    blocked.save()
    person = factories.IdentifierFactory(value=PHONE).subject
    page = sign_in(factories.make_user(Role.OFFICER, language="en"))
    page.goto(f"{served}/desk/subjects/subject/?blocked=yes")
    page.get_by_role("link", name="Export", exact=True).click()
    expect(page.get_by_text("blocking: Blocked", exact=True)).to_be_visible()
    expect(page.get_by_label("Reason", exact=True)).to_be_hidden()
    (row,) = csv.DictReader(io.StringIO(fetched(page).read_text("utf-8-sig")))
    assert (row["Person"], row["Phone"]) == (blocked.reference, "+996 ••• ••• 402")
    page.get_by_role("link", name="Change", exact=True).click()
    expect(page).to_have_url(f"{served}/desk/subjects/subject/?blocked=yes")
    whole_list(page, served, person.reference)
    exports_are_told(page, served)


def whole_list(page: Page, served: str, reference: str) -> None:
    page.goto(f"{served}/desk/subjects/subject/export/")
    page.get_by_label("Excel workbook (XLSX)").check()
    page.get_by_label("Whole, for a reason").check()
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_text("Say why the whole values are needed.")).to_be_visible()
    page.get_by_label("Reason", exact=True).select_option("request")
    titles, first, _second = load_workbook(io.BytesIO(fetched(page).read_bytes())).active.iter_rows(values_only=True)
    row = dict(zip(titles, first, strict=True))
    assert (row["Person"], row["Phone"]) == (reference, PHONE)


def exports_are_told(page: Page, served: str) -> None:
    page.goto(f"{served}/desk/exports/export/")
    expect(page.get_by_text("Complete", exact=True)).to_have_count(2)
    expect(page.get_by_text("Working requests")).to_have_count(1)
