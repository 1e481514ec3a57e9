"""Excel workbooks: what their cells become, what is refused, and that no damage is a traceback."""

import io
import os
import re
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as Made

from apps.core.files import path_of
from apps.imports.engine import workbook
from apps.imports.engine.refusals import FILE_REASONS, Refused, file_message
from apps.imports.engine.workbook import Workbook
from apps.imports.models import Batch
from apps.subjects.models import PersonalRecord, Subject

HEADER = ["Номер карты", "Телефон", "ФИО", "Дата рождения", "Баллы"]
ROWS = [
    ["UM-1", 996555123401.0, "Асанова Айгүл", date(1988, 3, 14), 1250.5],
    ["UM-2", "0555 123 402", "Бекмуратов\nТилек", datetime(1992, 11, 2), None],  # noqa: DTZ001
]


def made(rows, *more_sheets, change=None) -> bytes:
    book = Made()
    for number, sheet_rows in enumerate([rows, *more_sheets]):
        sheet = book.active if number == 0 else book.create_sheet()
        for row in sheet_rows:
            sheet.append(row)
    if change:
        change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, **parts: bytes) -> bytes:
    """The workbook with other content in parts whose names end so."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            other = next((content for end, content in parts.items() if name.endswith(f"{end}.xml")), None)
            new.writestr(name, old.read(name) if other is None else other)
    return out.getvalue()


def read(data: bytes) -> list[tuple[int, list[str]]]:
    book = Workbook(data)
    sheet, _others = book.sheet_with_data()
    return [(row.line, row.cells) for row in book.rows(sheet)]


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read(data)
    assert file_message(refused.value.to_json())
    return refused.value.code


def test_typed_cells_become_what_a_csv_file_would_have():
    assert read(made([HEADER, *ROWS]))[1:] == [
        (2, ["UM-1", "996555123401", "Асанова Айгүл", "1988-03-14", "1250.5"]),
        (3, ["UM-2", "0555 123 402", "Бекмуратов Тилек", "1992-11-02"]),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (7, "7"), (1.234, "1.2340"), (0.1 + 0.2, "0.3"),
     (datetime(2026, 6, 2, 10, 15), "2026-06-02 10:15:00"),  # noqa: DTZ001
     ("=1+1", "=1+1"), ("+996 555", "+996 555"), (4000123456789017, "4000123456789017"), (-12.5, "-12.5")],
)  # fmt: skip
def test_each_type_of_cell(value, text):
    assert read(made([["a"], [value]]))[1] == (2, [text])


def test_zeros_in_front_that_a_number_format_shows_are_kept():
    def padded(sheet):
        sheet["A2"].number_format = "000000"

    assert read(made([["card"], [42]], change=padded))[1] == (2, ["000042"])


def test_a_number_that_no_date_can_be_stays_a_number():
    def dated(sheet):
        sheet["A2"].number_format = "dd.mm.yyyy"

    assert read(made([["phone"], [996555123401]], change=dated))[1] == (2, ["996555123401"])


def test_a_formula_is_not_evaluated_but_its_stored_result_is_taken():
    data = made([["a"], ["=1+1"]])
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
    assert b"<v" in sheet
    stored = re.sub(rb"<v ?/>|<v></v>", b"<v>2</v>", sheet)
    assert read(repacked(data, sheet1=stored))[1] == (2, ["2"])


def test_an_import_of_a_workbook_is_that_of_the_same_csv_file(partner, import_file, write):
    result = import_file(write(made([HEADER, *ROWS]), name="m.xlsx"))
    assert (result["exit"], result["rows"], result["new"], result["warnings"]) == (0, 2, 2, 0)
    assert Subject.objects.count() == 2
    payloads = [record.payload for record in PersonalRecord.objects.filter(category="identity")]
    assert {"full_name": "Асанова Айгүл", "birth_date": "1988-03-14"} in payloads
    assert Batch.objects.get().file == ""


def test_lines_are_the_rows_of_the_sheet_and_other_sheets_are_spoken_of(partner, import_file, write, settings):
    rows = [["Отчёт"], [], HEADER, [], ["UM-1", "12345", "Анна"], ["UM-3", "0555 123 403", "Бек"]]
    result = import_file(write(made([], rows, [["x"]]), name="m.xlsx"))
    assert (result["rows"], result["new"]) == (2, 2)
    assert [note["code"] for note in result["notes"]] == ["other-sheets"]
    batch = Batch.objects.get()
    assert batch.layout["header_line"] == 3
    assert batch.rows.get().line == 5
    assert batch.notes == [{"code": "other-sheets", "params": {"count": 1}}]
    assert "1." in file_message(batch.notes[0])


@pytest.mark.parametrize("options", [{}, {"dry_run": True}])
@pytest.mark.parametrize("rows", [[HEADER, *ROWS], [["имя"], ["Айбек"]]])
def test_a_workbook_leaves_no_file_behind(partner, import_file, write, settings, rows, options):
    import_file(write(made(rows), name="m.xlsx"), **options)
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []
    assert path_of("x").parent == settings.MEDIA_ROOT


def test_device_identifiers_refuse_a_workbook_too(partner, import_file, write):
    rows = [["phone", "ref"], ["0555123401", 490154203237518], ["0555123402", 352099001761481]]
    refused = import_file(write(made(rows), name="m.xlsx"))
    assert (refused["exit"], refused["refused_file"]["code"]) == (2, "device-ids")
    assert not Subject.objects.exists()


def _unpacks_to(size: int) -> bytes:
    return repacked(made([["a"]]), sheet1=b"<worksheet>" + b" " * size)


_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData>'


def _many_entries() -> bytes:
    out = io.BytesIO(made([["a"]]))
    with zipfile.ZipFile(out, "a") as parts:
        for number in range(workbook.MAX_ENTRIES):
            parts.writestr(f"x{number}", b"")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (workbook.OLE + bytes(600), "workbook-old"),
        (workbook.OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "workbook-encrypted"),
        (made([["a"]])[:-40], "workbook-broken"),
        (made([["a"]])[:200], "not-text"),
        (made([]), "empty"),
        (_unpacks_to(40_000_000), "workbook-bomb"),
        (_many_entries(), "workbook-bomb"),
        (repacked(made([["a"]]), sheet1=b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'), "workbook-broken"),
        (repacked(made([["a"]]), styles=b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'), "workbook-broken"),
        (repacked(made([["a"]]), sheet1=_SHEET % b'<row r="1"><c r="A1" t="s"><v>99</v></c></row>'), "workbook-broken"),
        (repacked(made([["a"]]), sheet1=_SHEET % b'<row r="9999999"><c><v>9</v></c></row>'), "workbook-broken"),
        (repacked(made([["a"]]), sheet1=_SHEET % b'<row r="1"><c r="XFD1"><v>9</v></c></row>'), "too-many-columns"),
        (repacked(made([["a"]]), styles=os.urandom(5_000_000)), "workbook-too-big"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_each_defect_has_its_code(data, code):
    assert refusal(data) == code


def test_one_row_without_end_and_one_text_without_end_are_refused():
    cells = b"".join(b'<c t="n"><v>%d</v></c>' % n for n in range(300_000))
    assert refusal(repacked(made([["a"]]), sheet1=_SHEET % (b"<row>" + cells + b"</row>"))) == "workbook-bomb"
    long = "".join(chr(1072 + n * 7 % 31) for n in range(140_000))
    text = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{long}</t></is></c></row>'.encode()
    assert refusal(repacked(made([["a"]]), sheet1=_SHEET % text)) == "cell-too-long"


def test_a_sheet_of_many_rows_is_never_held_whole():
    """Between two rows nothing of those before is reachable from the parser."""
    data = made([["a", "b"], *([str(n), n] for n in range(3_000))])
    book = Workbook(data)
    sheet, _others = book.sheet_with_data()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, parts.open(sheet) as raw:
        source = workbook._Metered(raw)
        widest = 0
        for _row in workbook._Cells(source, [""] * 6_100, data_only=True).rows():
            widest = max(widest, source.unbroken)
    assert 0 < widest < 100_000


def with_shared_strings(data: bytes) -> bytes:
    """The same workbook as Excel writes it, with its texts in a part of their own."""
    texts: list[bytes] = []

    def take(match) -> bytes:
        texts.append(match[1])
        return b't="s"><v>%d</v></c>' % (len(texts) - 1)

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = re.sub(rb't="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>', take, old.read(name))
            kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
            override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
            if b"sharedStrings" not in content:
                content = content.replace(b"</Types>", override)
            new.writestr(name, content)
        items = b"".join(b"<si><t>%s</t></si>" % text for text in texts)
        space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        new.writestr("xl/sharedStrings.xml", b'<sst xmlns="%s">%s</sst>' % (space, items))
    return out.getvalue()


GOOD = with_shared_strings(made([HEADER, *ROWS], [["x"]]))


def test_texts_in_a_part_of_their_own_are_found():
    assert b"sharedStrings" in GOOD
    assert read(GOOD) == read(made([HEADER, *ROWS]))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    cut=st.integers(0, len(GOOD)), where=st.integers(0, len(GOOD)),
    flips=st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=8),
)  # fmt: skip
def test_a_damaged_workbook_is_read_or_refused(cut, where, flips):
    damaged = bytearray(GOOD[:cut] if cut % 4 == 0 and cut > 4 else GOOD)
    for position, byte in flips:
        damaged[position % len(damaged)] = byte
    must_end_well(bytes(damaged[:where] + damaged[where + 1 :] if cut % 3 == 0 else damaged))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    part=st.sampled_from(["sheet1", "styles", "workbook", "sharedStrings", "Types]"]),
    flips=st.lists(st.tuples(st.integers(0, 100_000), st.binary(max_size=6)), min_size=1, max_size=6),
)
def test_damaged_xml_inside_is_read_or_refused(part, flips):
    with zipfile.ZipFile(io.BytesIO(GOOD)) as parts:
        name = next(name for name in parts.namelist() if name.endswith(f"{part}.xml"))
        content = bytearray(parts.read(name))
    for position, replacement in flips:
        position %= len(content)
        content[position : position + len(replacement)] = replacement
    must_end_well(repacked(GOOD, **{part: bytes(content)}))


def must_end_well(data: bytes) -> None:
    code = ""
    try:
        rows = read(data)
    except Refused as refused:
        code = refused.code
    assert code in FILE_REASONS if code else all(isinstance(cell, str) for _line, cells in rows for cell in cells)
