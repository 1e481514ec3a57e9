"""The two formats: what their cells become, whatever is in them."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from apps.core.csv_file import CsvFile
from apps.exports.workbook import MOST_LETTERS, WorkbookFile
from apps.imports.engine.workbook import Workbook
from tests.exports.conftest import read_csv, read_workbook

MOMENT = datetime(2026, 3, 5, 14, 20, 31)  # noqa: DTZ001  cells have no zone
DANGEROUS = ["=1+1", "@SUM(A1)", "+SUM(A1)", "-2+3+cmd|' /C calc'!A0", "\t=1"]


def made(kind, rows, *, titles=("a", "b"), language="en", title="People"):
    file = kind(title=title, language=language)
    return file.head(list(titles)) + b"".join(file.lines([row]) for row in rows) + file.tail()


def sheet_of(data):
    return load_workbook(io.BytesIO(data)).active


def test_csv_has_its_mark_and_plain_cells():
    data = made(CsvFile, [["+996555123401", MOMENT], [Decimal("12.50"), date(2026, 3, 5)], ['a"b\nc', 7]])
    assert data.startswith(b"\xef\xbb\xbfa,b\r\n+996555123401,2026-03-05 14:20:31\r\n12.50,2026-03-05\r\n")
    assert read_csv(data)[2] == {"a": 'a"b\nc', "b": "7"}


def test_csv_separates_as_excel_expects_in_the_language():
    for language in ("ky", "ru"):
        assert made(CsvFile, [["x", "y;z"]], language=language).endswith(b'x;"y;z"\r\n')


@pytest.mark.parametrize("cell", DANGEROUS)
def test_a_formula_is_text_in_both(cell):
    assert read_csv(made(CsvFile, [[cell, ""]]))[0]["a"] == f"'{cell}"
    found = sheet_of(made(WorkbookFile, [[cell, ""]]))["A2"]
    assert (found.value, found.data_type, found.quotePrefix) == (cell, "s", True)


def test_a_phone_is_a_cell_of_text():
    sheet = sheet_of(made(WorkbookFile, [["+996555123401", 5]]))
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["A2"].quotePrefix) == ("+996555123401", "s", False)
    assert (sheet["B2"].value, sheet["B2"].data_type) == (5, "n")


def test_moments_are_dates_written_alike_everywhere():
    sheet = sheet_of(made(WorkbookFile, [[MOMENT, date(2026, 3, 5)]]))
    assert (sheet["A2"].value, sheet["A2"].number_format) == (MOMENT, "yyyy-mm-dd hh:mm:ss")
    assert (sheet["B2"].value.date(), sheet["B2"].number_format) == (date(2026, 3, 5), "yyyy-mm-dd")


def test_the_titles_stay_in_sight():
    sheet = sheet_of(made(WorkbookFile, [], title="Адамдар: [баары]?"))
    assert (sheet.title, sheet.freeze_panes, sheet["A1"].font.b) == ("Адамдар   баары  ", "A2", True)


def test_a_workbook_is_what_the_desk_itself_can_read():
    data = made(WorkbookFile, [["Асанова", "x"], ["<&>", "y"]], titles=("ФИО", "b"))
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    sheet, _others = (book := Workbook(data)).sheet_with_data()
    assert [row.cells for row in book.rows(sheet)] == [["ФИО", "b"], ["Асанова", "x"], ["<&>", "y"]]
    lines = load_workbook(io.BytesIO(data), read_only=True).active.iter_rows(values_only=True)
    assert len(list(lines)) == 3


def test_a_cell_holds_what_a_cell_can():
    (row,) = read_workbook(made(WorkbookFile, [["x" * 40_000, "\x00\x0bб"]]))
    assert len(row["a"]) == MOST_LETTERS
    assert row["b"] == "б"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=40), min_size=2, max_size=2))
def test_any_text_comes_back(cells):
    csv_row = read_csv(made(CsvFile, [cells]))
    assert [value.removeprefix("'") for value in csv_row[0].values()] == [cell.removeprefix("'") for cell in cells]
    found = sheet_of(made(WorkbookFile, [cells]))[2]
    assert all(cell.data_type == "s" for cell in found if cell.value is not None)
