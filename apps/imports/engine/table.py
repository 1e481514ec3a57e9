"""A CSV file as rows of cells, streamed, in bounded memory whatever the file holds."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from apps.core.files import Damaged
from apps.imports.engine.refusals import Refused

MAX_CELL = 128 * 1024
MAX_LINE = 1024 * 1024
MAX_COLUMNS = 500

Opener = Callable[[], BinaryIO]


class Row(NamedTuple):
    """`line` is the one that the row begins on, from 1; blank rows are left out, so lines may jump."""

    line: int
    cells: list[str]


class _Lines:
    """Lines of the text, remembering those of the row that is being read: what says where a quote was opened."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self.number = 0
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(MAX_LINE + 1):
            self.number += 1
            if len(line) > MAX_LINE:
                raise Refused("line-too-long", line=self.number, limit=MAX_LINE)
            self.row.append(line)
            yield line


def rows(open_file: Opener, encoding: str, delimiter: str) -> Iterator[Row]:
    """Rows with at least one cell that is not blank. Raises Refused, among other reasons for a quote never closed."""
    with open_file() as file:
        lines = _Lines(io.TextIOWrapper(file, encoding, errors="strict", newline=""))
        csv.field_size_limit(MAX_CELL)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                first_line = lines.number - len(lines.row) + 1
                lines.row.clear()
                if len(cells) > MAX_COLUMNS:
                    raise Refused("too-many-columns", limit=MAX_COLUMNS)
                if any(cells) and any(cell.strip() for cell in cells):
                    yield Row(first_line, cells)
        except UnicodeError:
            raise Refused("encoding") from None
        except csv.Error as error:
            raise _broken(error, lines, delimiter) from None
        except Damaged:
            raise Refused("damaged") from None


def _broken(error: csv.Error, lines: _Lines, delimiter: str) -> Refused:
    first_line = lines.number - len(lines.row) + 1
    opened = _open_quote("".join(lines.row), delimiter)
    if "unexpected end" in str(error) or (len(lines.row) > 1 and opened is not None):
        return Refused("unclosed-quote", line=first_line + (opened or 0))
    if "field limit" in str(error):
        return Refused("cell-too-long", line=lines.number, limit=MAX_CELL)
    return Refused("broken-quote", line=first_line if opened is None else first_line + opened)


def _open_quote(text: str, delimiter: str) -> int | None:
    """How many line ends lie before the quote that is still open at the end of `text`; None when none is open.

    Read as the csv module does: a quote opens a cell only as its first character, two inside stand for one.
    """
    opened: int | None = None
    cell_starts, position = True, 0
    while position < len(text):
        letter = text[position]
        if opened is None:
            if letter == '"' and cell_starts:
                opened = position
            cell_starts = letter == delimiter or letter in "\r\n"
        elif letter == '"':
            if text[position + 1 : position + 2] == '"':
                position += 1
            else:
                opened = None
        position += 1
    return None if opened is None else _line_ends(text[:opened])


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")
