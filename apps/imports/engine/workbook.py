"""An XLSX workbook as rows of text: its sheet is read as a stream, and nothing that it claims of itself is believed."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any
from xml.etree.ElementTree import Element, iterparse

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from apps.imports.engine.refusals import Refused
from apps.imports.engine.table import MAX_CELL, MAX_COLUMNS, Row

MEGABYTE = 1024 * 1024
MAX_BYTES = 64 * MEGABYTE  # the file itself, which is held in memory
MAX_UNPACKED = 1024 * MEGABYTE
MAX_STRINGS_BYTES = 64 * MEGABYTE
MAX_PART = 4 * MEGABYTE  # styles, relations and the like, which are read whole
MAX_RATIO = 250  # sheets of real people pack 10 to 60 times
MAX_ENTRIES = 1_000
MAX_ROWS = 1_048_576
MAX_UNBROKEN = 4 * MEGABYTE  # of a sheet without the end of a row, of texts without the end of a text
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_CONTENT = b"[Content_Types].xml"  # the part that every such workbook has
_ENTRY = b"PK\x01\x02"
_STRING_TAG = f"{{{SHEET_MAIN_NS}}}si"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_THREE_DECIMALS = re.compile(r"-?\d{1,3}\.\d{3}")
_ZEROS = re.compile(r"0{2,20}")
# openpyxl repeats cells in its warnings, and those end up in a log.
warnings.filterwarnings("ignore", module=r"openpyxl\.")


def is_workbook(head: bytes) -> bool:
    """Whether a file that begins so is one for `Workbook`, be it only to be told what is wrong with it."""
    return head.startswith((ZIP, OLE))


class Workbook:
    """An opened workbook. Raises Refused from everything that reads it, whatever is wrong.

    Formulas are not evaluated: a cell has the result that the partner's program stored, or else the formula's text.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_BYTES:
            raise Refused("workbook-too-big", limit=MAX_BYTES // MEGABYTE)
        if data.startswith(OLE):
            raise Refused("workbook-encrypted" if _ENCRYPTED in data else "workbook-old")
        if _CONTENT not in data:
            raise Refused("not-text")
        with _as_refusal():
            if data.count(_ENTRY) > MAX_ENTRIES:
                raise Refused("workbook-bomb")
            self._archive = _Archive(io.BytesIO(data))
            self._archive.check()
            self._reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            self._reader.archive = self._archive
            self._reader.read_manifest()
            self._reader.read_workbook()
            apply_stylesheet(self._archive, self._reader.wb)
            self._strings = list(self._read_strings())
            self._sheets = [rel.target for sheet, rel in self._reader.parser.find_sheets()
                            if "chartsheet" not in rel.Type and rel.target in self._archive.namelist()]  # fmt: skip
            self._zeros = self._zero_padded()

    def _read_strings(self) -> Iterator[str]:
        part = self._reader.package.find(SHARED_STRINGS)
        if part is None:
            return
        name = part.PartName.lstrip("/")
        if self._archive.getinfo(name).file_size > MAX_STRINGS_BYTES:
            raise Refused("workbook-too-big", limit=MAX_BYTES // MEGABYTE)
        with self._archive.open(name) as raw:
            source, root = _Metered(raw), None
            for event, node in iterparse(source, ("start", "end")):  # noqa: S314
                root = node if root is None else root
                if event == "end" and node.tag == _STRING_TAG:
                    yield str(Text.from_tree(node).content).replace("x005F_", "")
                    root.clear()
                    source.unbroken = 0

    def _zero_padded(self) -> dict[int, int]:
        """{style: digits} of the number formats that show zeros in front: `000000`, as card numbers have."""
        codes = {**BUILTIN_FORMATS, **dict(enumerate(self._reader.wb._number_formats, BUILTIN_FORMATS_MAX_SIZE))}
        found = {index: str(codes.get(s.numFmtId, "")) for index, s in enumerate(self._reader.wb._cell_styles)}
        return {index: len(code) for index, code in found.items() if _ZEROS.fullmatch(code)}

    def sheet_with_data(self) -> tuple[str, int]:
        """The first sheet with a cell that is not blank, and how many others have one. Raises Refused `empty`."""
        filled = [sheet for sheet in self._sheets if next(self.rows(sheet), None) is not None]
        if not filled:
            raise Refused("empty")
        return filled[0], len(filled) - 1

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows of a sheet that are not blank; `line` is the row's number in it."""
        return (row for row, _cells in self._filled(sheet))

    def typed_rows(self, sheet: str) -> Iterator[list[tuple[Any, str]]]:
        """The same rows, each cell as its value and its number format; (None, "") where a row has a gap."""
        formats = {index: self._number_format(style) for index, style in enumerate(self._reader.wb._cell_styles)}
        for row, cells in self._filled(sheet):
            typed = {cell["column"]: (cell["value"], formats.get(cell["style_id"], "")) for cell in cells}
            yield [typed.get(column, (None, "")) for column in range(1, len(row.cells) + 1)]

    def _number_format(self, style: Any) -> str:
        own: int = style.numFmtId - BUILTIN_FORMATS_MAX_SIZE
        known = self._reader.wb._number_formats
        return str(known[own] if 0 <= own < len(known) else BUILTIN_FORMATS.get(style.numFmtId, ""))

    def _filled(self, sheet: str) -> Iterator[tuple[Row, list[dict[str, Any]]]]:
        wb = self._reader.wb
        with _as_refusal(), self._archive.open(sheet) as raw:
            source = _Metered(raw)
            parser = _Cells(source, self._strings, data_only=True, epoch=wb.epoch,
                            date_formats=wb._date_formats, timedelta_formats=wb._timedelta_formats)  # fmt: skip
            last = 0
            for number, cells in parser.rows():
                last = max(number, last + 1)
                if last > MAX_ROWS:
                    raise Refused("workbook-broken")
                row = self._row(cells)
                if any(cell.strip() for cell in row):
                    yield Row(last, row), cells

    def _row(self, cells: list[dict[str, Any]]) -> list[str]:
        texts = {cell["column"]: _text(cell["value"], self._zeros.get(cell["style_id"], 0)) for cell in cells}
        width = max((column for column, text in texts.items() if text), default=0)
        if width > MAX_COLUMNS:
            raise Refused("too-many-columns", limit=MAX_COLUMNS)
        return [texts.get(column, "") for column in range(1, width + 1)]


@contextmanager
def _as_refusal() -> Iterator[None]:
    """Whatever a library makes of a damaged workbook, it is a refusal."""
    try:
        yield
    except Refused:
        raise
    except Exception:
        raise Refused("workbook-broken") from None


class _Archive(zipfile.ZipFile):
    """The parts of a workbook. What `open` gives ends at the size that the directory states."""

    def check(self) -> None:
        """Raise Refused for a bomb."""
        entries = self.infolist()
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED or any(map(_packed_too_well, entries)):
            raise Refused("workbook-bomb")

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        """A small part, whole."""
        info = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        if info.file_size > MAX_PART:
            raise Refused("workbook-too-big", limit=MAX_BYTES // MEGABYTE)
        data = super().read(name, pwd)
        _refuse_document_type(data)
        return data


def _packed_too_well(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > MEGABYTE and entry.file_size > MAX_RATIO * entry.compress_size


def _refuse_document_type(data: bytes) -> None:
    """A document type is where entities that grow without end are declared; no workbook has one."""
    if b"<!DOCTYPE" in data or b"<\x00!\x00D" in data or b"\x00<\x00!\x00D" in data:
        raise Refused("workbook-broken")


class _Metered:
    """A part being parsed. Whoever reads it sets `unbroken` to 0 when an element that it lets go of is complete."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._end = b""
        self.unbroken = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises Refused when there are too many for one element."""
        data: bytes = self._source.read(size)
        self.unbroken += len(data)
        if self.unbroken > MAX_UNBROKEN:
            raise Refused("workbook-bomb")
        _refuse_document_type(self._end + data)
        self._end = data[-20:]
        return data


class _Cells(WorkSheetParser):  # type: ignore[misc]
    """Rows of a sheet, each forgotten once it was given."""

    def rows(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """(number, cells) up to the end of the data."""
        data: Element | None = None
        for event, element in iterparse(self.source, ("start", "end")):  # noqa: S314
            if event == "start":
                data = element if element.tag == DATA_TAG else data
            elif element.tag == DATA_TAG:
                return
            elif element.tag == ROW_TAG and data is not None:
                yield self.parse_row(element)
                data.clear()
                self.source.unbroken = 0

    def parse_cell(self, element: Element) -> dict[str, Any]:
        """As the library does; a formula without a result is its text, a number that is no date stays a number."""
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and (formula := element.find(FORMULA_TAG)) is not None:
            cell["value"] = f"={formula.text or ''}"
        elif cell["data_type"] == "e" and element.get("t", "n") == "n":
            cell["value"] = element.findtext(VALUE_TAG)
        return cell


def _text(value: Any, zeros: int) -> str:
    """A cell's value as a CSV file would have it: ISO dates, whole numbers without a point, fifteen digits at most."""
    if value is None:
        return ""
    if isinstance(value, bool | datetime | time):
        return _moment(value) if isinstance(value, datetime) else str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        return str(value).zfill(zeros)
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    if isinstance(value, float) and _THREE_DECIMALS.fullmatch(text):
        text += "0"  # in a text 1.234 can be read in two ways; in a number it can't
    if len(text) > MAX_CELL:
        raise Refused("cell-too-long", line=0, limit=MAX_CELL)
    return " ".join(text.split("\n")).replace("\r", " ").replace("\x00", "")


def _moment(value: datetime) -> str:
    midnight = value.time() == time()
    return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
