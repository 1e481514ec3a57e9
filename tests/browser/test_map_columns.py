"""An Excel file whose columns nobody can tell: the officer names them once, and the next file needs no answer."""

import io

from openpyxl import Workbook
from playwright.sync_api import Page, expect

from apps.accounts.choices import Role
from tests import factories

HEADER = ["Как звать", "Связь", "Когда родился", "Сколько"]
FIRST = [["Айгүл Асанова", 996555123401.0, "04/05/1990", 5], ["Бек Осмонов", "0700 123 402", "06/07/1985", 7]]
NEXT = [["Анна Ким", "0555 123 403", "08/09/1979", 9]]
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(rows) -> dict:
    book, out = Workbook(), io.BytesIO()
    for row in [HEADER, *rows]:
        book.active.append(row)
    book.save(out)
    return {"name": "members.xlsx", "mimeType": EXCEL, "buffer": out.getvalue()}


def bring_in(page: Page, served: str, work, rows) -> None:
    page.goto(f"{served}/desk/imports/batch/add/")
    page.get_by_label("Partner").select_option(label="Sary-Özön")
    page.set_input_files("input[type=file]", workbook(rows))
    page.get_by_role("button", name="Read the file").click()
    page.wait_for_url("**/imports/batch/*/change/")
    work()
    page.reload()


def test_columns_are_named_once(served, sign_in, work):
    factories.PartnerFactory(code="sary-ozon", name="Sary-Özön")
    page = sign_in(factories.make_user(Role.OFFICER))
    bring_in(page, served, work, FIRST)
    expect(page.get_by_text("Waiting for its columns to be named", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Confirm")).to_have_count(0)
    name_the_columns(page, work)
    expect(page.get_by_text("Waiting for confirmation", exact=True)).to_be_visible()
    expect(page.get_by_text("Read by the columns that")).to_be_visible()
    bring_in(page, served, work, NEXT)
    expect(page.get_by_text("Waiting for confirmation", exact=True)).to_be_visible()
    expect(page.get_by_text("date of birth: can be read in two ways")).to_have_count(0)
    page.get_by_role("button", name="Confirm").click()
    work()
    page.reload()
    expect(page.get_by_text("Merged", exact=True)).to_be_visible()


def name_the_columns(page: Page, work) -> None:
    page.get_by_role("link", name="Name the columns").click()
    expect(page.get_by_text("+996 ••• ••• 401")).to_be_visible()
    expect(page.get_by_text("04/05/••••")).to_be_visible()
    expect(page.get_by_text("Асанова")).to_have_count(0)
    page.get_by_label("Связь", exact=True).select_option("phone")
    page.get_by_label("Как звать", exact=True).select_option("full_name")
    page.get_by_label("Когда родился", exact=True).select_option("birth_date")
    page.get_by_label("How Когда родился is written").select_option("day-first")
    page.get_by_role("button", name="Read by these columns").click()
    page.wait_for_url("**/imports/batch/*/change/")
    work()
    page.reload()
