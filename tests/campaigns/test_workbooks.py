"""A workbook comes back as a workbook: values as they were, rows taken out."""

import io
from datetime import datetime

import pytest
from openpyxl import Workbook, load_workbook

from apps.campaigns.models import Campaign
from tests.campaigns.conftest import refuse

pytestmark = pytest.mark.django_db

WHEN = datetime(2026, 11, 25, 10, 15)  # noqa: DTZ001  as a workbook has it
ROWS = [
    ["№", "Телефон", "Имя", "Сумма", "Дата", "Код", "Да"],
    [1, 996555000111, "  Анна <А&Б> \n «х» ", 12.5, WHEN, 7, True],
    [2, "0555 123 401", "=1+1", 1e3, None, 8, False],
    [3, "жок", "Осмон", 0.1, None, 9, None],
    [4, "0700 111 222", "+996", -3, None, 10, None],
]


def workbook(rows=ROWS) -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    sheet["C3"].data_type = "s"  # a text that begins like a formula
    for cell in sheet["F"][1:]:
        cell.number_format = "000000"
    sheet["E2"].number_format = "dd.mm.yyyy hh:mm"
    book.save(out)
    return out.getvalue()


def read(data: bytes):
    return load_workbook(io.BytesIO(data)).active


def values(data: bytes) -> list[list[object]]:
    return [list(row) for row in read(data).iter_rows(values_only=True)]


def test_values_stay_what_they_were(scrub):
    refuse("+996555123401")
    result = scrub(workbook(), name="list.xlsx")
    assert (result["kept"], result["removed"], result["invalid"]) == (2, 1, 1)
    kept = values(result["kept_file"])
    assert [row[:6] for row in kept] == [ROWS[0][:6], ROWS[1][:6], ROWS[4][:6]]
    assert kept[1][6] is True
    sheet = read(result["kept_file"])
    assert sheet["F2"].number_format == "000000"
    assert sheet["E2"].number_format == "dd.mm.yyyy hh:mm"
    assert sheet["D2"].data_type == "n"
    assert Campaign.objects.get().form == "xlsx"


def test_the_others_come_with_their_reason(scrub):
    refuse("+996555123401")
    result = scrub(workbook(), name="list.xlsx")
    header, row = values(result["removed_file"])
    assert header[7:] == ["reason_code", "Reason"]
    assert row[7:] == ["refusal", "The person refused"]
    assert read(result["removed_file"])["C2"].data_type == "s"  # never a formula
    assert row[2] == "=1+1"
    assert values(result["invalid_file"])[1][0] == 3


def test_blank_rows_and_rows_above_the_header_are_no_rows(scrub):
    refuse("+996555000112")
    rows = [["Список за ноябрь"], [], ["phone", "name"], ["0555000111", "A"], [], ["0555000112", "B"]]
    result = scrub(workbook_of(rows), name="list.xlsx")
    assert (result["rows"], result["kept"]) == (2, 1)
    assert values(result["kept_file"]) == [["Список за ноябрь", None], ["phone", "name"], ["0555000111", "A"]]


def workbook_of(rows) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_links_stand_in_columns_of_their_own(scrub):
    result = scrub(workbook_of([["email", "name"], ["a@example.kg", "A"], ["b@example.kg"]]), name="l.xlsx",
                   channel="email", links=True)  # fmt: skip
    header, first, second = values(result["kept_file"])
    assert header[2:] == ["unsubscribe_url", "list_unsubscribe", "list_unsubscribe_post"]
    assert first[2].startswith("http")
    assert second[3] == f"<{second[2]}>"


def test_a_damaged_workbook_is_told(scrub):
    assert scrub(workbook()[:-200], name="list.xlsx")["refused_file"]["code"] == "workbook-broken"
