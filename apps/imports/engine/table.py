"""A CSV file as rows of cells, streamed, in bounded memory whatever the file holds."""

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

from apps.core.files import Damaged
from apps.imports.engine.refusals import Refused

MAX_CELL = 128 * 1024
MAX_LINE = 1024 * 1024
MAX_COLUMNS = 500
PIECE = (
    100 * 1024
)  # letters that are looked at together; with the rest of a line they stay below MAX_CELL, or go singly

Opener = Callable[[], BinaryIO]


class Row(NamedTuple):
    """`line` is the one that the row begins on, from 1; blank rows are left out, so lines may jump."""

    line: int
    cells: list[str]


class Block(NamedTuple):
    """Rows that stand together: plain `text`, a row on each of its lines, or `rows` where a cell may be quoted.

    `number` counts the file's rows from 1, blank ones left out; `line` is that of the first one of `text`; `end` says
    how many bytes of the file have been read for it and those before it.
    """

    number: int
    line: int
    text: str
    rows: list[Row]
    end: int

    @property
    def length(self) -> int:
        """How many rows."""
        return len(self.rows) or self.text.count("\n") + (not self.text.endswith("\n"))


class _Lines:
    """Lines of the text, remembering those of the row that is being read: what says where a quote was opened.

    Lines can also be taken out as one piece of text, and be put back.
    """

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self._back: io.StringIO = io.StringIO()
        self._left = 0
        self.number = 0
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        while line := self._next():
            self.number += 1
            if len(line) > MAX_LINE:
                raise Refused("line-too-long", line=self.number, limit=MAX_LINE)
            self.row.append(line)
            yield line

    def _next(self) -> str:
        if self._left:
            line = self._back.readline()
            self._left -= len(line)
            return line
        return self._text.readline(MAX_LINE + 1)

    def piece(self) -> str:
        """The next lines up to the end of one, some PIECE letters; empty at the end of the text."""
        piece = self._text.read(PIECE)
        if piece and not piece.endswith("\n"):
            piece += self._text.readline(MAX_LINE + 1)
        return piece

    def put_back(self, piece: str) -> None:
        """Let the piece be read line by line, before what follows it."""
        self._back, self._left = io.StringIO(piece, newline=""), len(piece)

    @property
    def used_up(self) -> bool:
        """Whether nothing is left of what was put back."""
        return not self._left


def rows(open_file: Opener, encoding: str, delimiter: str) -> Iterator[Row]:
    """Rows with at least one cell that is not blank. Raises Refused, among other reasons for a quote never closed."""
    with open_file() as file:
        lines = _lines(file, encoding)
        with _as_refusals(lines, delimiter):
            yield from _rows(lines, delimiter)


def blocks(open_file: Opener, encoding: str, delimiter: str, first_line: int) -> Iterator[Block]:
    """The same rows from `first_line` on, as blocks that are cut into cells elsewhere. Raises Refused.

    Where a piece of the text has no quotation mark and no blank row, nothing more need be known of it here.
    """
    plain = _plain(delimiter)
    with open_file() as file:
        lines = _lines(file, encoding)
        with _as_refusals(lines, delimiter):
            reader = (row for row in _rows(lines, delimiter) if row.line >= first_line)
            number, block = 1, list(itertools.islice(reader, 1))
            while block:
                yield Block(number, block[0].line, "", block, file.tell())
                number += len(block)
                while (piece := lines.piece()) and plain(piece):
                    fast = Block(number, lines.number + 1, piece, [], file.tell())
                    number += fast.length
                    lines.number += fast.length
                    yield fast
                lines.put_back(piece)
                block = _until_used_up(reader, lines)


def _until_used_up(reader: Iterator[Row], lines: _Lines) -> list[Row]:
    """The rows of what was put back; the last of them may reach beyond it. At least one, up to the end of the file."""
    block: list[Row] = []
    while (not lines.used_up or not block) and (row := next(reader, None)):
        block.append(row)
    return block


def _plain(delimiter: str) -> Callable[[str], bool]:
    blank = re.compile(rf"\n[\s{re.escape(delimiter)}]*\n")

    def plain(piece: str) -> bool:
        """Whether each line is a row with something in it, and each delimiter the end of a cell."""
        return (
            '"' not in piece and "\0" not in piece and piece.count("\r") == piece.count("\r\n")
            and len(piece) <= MAX_CELL and not blank.search(f"\n{piece.removesuffix(chr(10))}\n")
        )  # fmt: skip

    return plain


def cells_of(block: Block, delimiter: str) -> Iterator[tuple[int, Row]]:
    """(number, row) of a block. Raises Refused for too many columns."""
    if block.rows:
        yield from enumerate(block.rows, block.number)
        return
    text = block.text.replace("\r\n", "\n")
    for place, line in enumerate(text.removesuffix("\n").split("\n")):
        cells = line.split(delimiter)
        if len(cells) > MAX_COLUMNS:
            raise Refused("too-many-columns", limit=MAX_COLUMNS)
        yield block.number + place, Row(block.line + place, cells)


def _lines(file: BinaryIO, encoding: str) -> _Lines:
    return _Lines(io.TextIOWrapper(file, encoding, errors="strict", newline=""))


def _rows(lines: _Lines, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(MAX_CELL)
    for cells in csv.reader(lines, delimiter=delimiter, strict=True):
        first_line = lines.number - len(lines.row) + 1
        lines.row.clear()
        if len(cells) > MAX_COLUMNS:
            raise Refused("too-many-columns", limit=MAX_COLUMNS)
        if any(cells) and any(cell.strip() for cell in cells):
            yield Row(first_line, cells)


@contextmanager
def _as_refusals(lines: _Lines, delimiter: str) -> Iterator[None]:
    try:
        yield
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
