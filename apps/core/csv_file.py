"""A list as CSV, in pieces: UTF-8 with its mark, for without it Excel takes Kyrgyz letters for something else."""

import codecs
import csv
import io
from collections.abc import Sequence
from datetime import datetime

from apps.core.exporting import Cell
from apps.core.spreadsheet import harmless

# What Excel expects between cells, by the language in which it runs.
_DELIMITERS = {"ky": ";", "ru": ";"}


class CsvFile:
    """Pieces of one file. Formulas become text; a phone stays what it is."""

    content_type = "text/csv; charset=utf-8"
    most_rows: int | None = None

    def __init__(self, *, title: str, language: str) -> None:
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer, delimiter=_DELIMITERS.get(language[:2], ","), lineterminator="\r\n")

    def head(self, titles: Sequence[str]) -> bytes:
        """The mark of UTF-8, and the titles."""
        return codecs.BOM_UTF8 + self.lines([titles])

    def lines(self, rows: Sequence[Sequence[Cell]]) -> bytes:
        """Rows."""
        self._writer.writerows([_text(cell) for cell in row] for row in rows)
        piece = self._buffer.getvalue().encode()
        self._buffer.seek(0)
        self._buffer.truncate()
        return piece

    def tail(self) -> bytes:
        """Nothing follows the last row."""
        return b""

    def close(self) -> None:
        """Nothing to close."""


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return harmless(cell) if isinstance(cell, str) else str(cell)
