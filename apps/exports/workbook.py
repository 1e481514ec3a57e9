"""A list as an Excel workbook, in pieces and in bounded memory.

openpyxl makes the frame: the parts of a workbook, its styles, the line of titles. The lines are written into the ZIP as
they come, because openpyxl's own way for big sheets leads over a temporary file, where personal values would lie in
the clear.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import IO
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet

from apps.core.exporting import Cell
from apps.core.spreadsheet import starts_formula

MOST_LINES = 1_048_576  # of a sheet, the titles included: the format's own limit
MOST_LETTERS = 32_767  # of a cell
_SHEET = "xl/worksheets/sheet1.xml"
_DIMENSION = re.compile(rb"<dimension [^>]*/>")  # tells of the titles alone, and readers believe it
_NOT_IN_TITLE = re.compile(r"[\\*?:/\[\]]")
_WIDTH = 20
_SQUEEZE = 3  # half the work of zlib's own choice, for a tenth more bytes


class WorkbookFile:
    """Pieces of one file. Cells of text are text, whatever they look like; moments are dates of the spreadsheet."""

    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    most_rows: int | None = MOST_LINES - 1

    def __init__(self, *, title: str, language: str) -> None:
        self._title = _NOT_IN_TITLE.sub(" ", title)[:31]
        self._pipe = _Pipe()
        self._zip = zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=_SQUEEZE)
        self._sheet: IO[bytes] | None = None

    def head(self, titles: Sequence[str]) -> bytes:
        """Every other part, and the sheet up to its titles."""
        with zipfile.ZipFile(io.BytesIO(self._frame(titles))) as frame:
            for name in frame.namelist():
                if name != _SHEET:
                    self._zip.writestr(name, frame.read(name))
            before, end, after = frame.read(_SHEET).partition(b"</sheetData>")
        self._after = end + after
        self._sheet = self._zip.open(_SHEET, "w")
        self._put(_DIMENSION.sub(b"", before))
        return self._pipe.taken()

    def lines(self, rows: Sequence[Sequence[Cell]]) -> bytes:
        """Rows; what comes out is less than went in, and may be nothing yet."""
        self._put("".join(f"<row>{''.join(map(self._cell, row))}</row>" for row in rows).encode())
        return self._pipe.taken()

    def tail(self) -> bytes:
        """The end of the sheet and the ZIP's table of contents."""
        self._put(self._after)
        self.close()
        return self._pipe.taken()

    def close(self) -> None:
        """Let go of the ZIP, also of one that was not finished."""
        if self._sheet is not None:
            self._sheet.close()
        self._zip.close()

    def _put(self, xml: bytes) -> None:
        assert self._sheet is not None
        self._sheet.write(xml)

    def _frame(self, titles: Sequence[str]) -> bytes:
        book, out = Workbook(), io.BytesIO()
        sheet = book.worksheets[0]
        sheet.title, sheet.freeze_panes = self._title or "1", "A2"
        sheet.append([_lettered(title) for title in titles])
        for number in range(1, len(titles) + 1):
            sheet.cell(1, number).font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
        self._moment = _style(sheet, "yyyy-mm-dd hh:mm:ss")
        self._day = _style(sheet, "yyyy-mm-dd")
        self._quoted = _style(sheet, "General", quoted=True)
        book.save(out)
        return out.getvalue()

    def _cell(self, cell: Cell) -> str:
        if isinstance(cell, date):
            style = self._moment if isinstance(cell, datetime) else self._day
            return f'<c s="{style}"><v>{to_excel(cell)}</v></c>'
        if not isinstance(cell, str):
            return f"<c><v>{cell}</v></c>"
        if not cell:
            return "<c/>"
        # Text it is in any case; the mark keeps it so when somebody edits the cell.
        quoted = f' s="{self._quoted}"' if starts_formula(cell) else ""
        return f'<c t="inlineStr"{quoted}><is><t xml:space="preserve">{escape(_lettered(cell))}</t></is></c>'


def _lettered(text: str) -> str:
    """What XML can hold of a text, and a cell."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", text)[:MOST_LETTERS])


def _style(sheet: Worksheet, number_format: str, *, quoted: bool = False) -> int:
    """The number of a style in the workbook; `quoted` is the spreadsheet's own apostrophe."""
    cell = WriteOnlyCell(sheet)
    cell.number_format = number_format
    cell.quotePrefix = quoted
    return int(cell.style_id)


class _Pipe:
    """Where the ZIP is written to: what came since it was last asked for."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Keep a piece."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing lies anywhere else."""

    def close(self) -> None:
        """Nothing to close."""

    def taken(self) -> bytes:
        """Everything since the last time."""
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole
