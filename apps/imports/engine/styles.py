"""How the dates and numbers of a column are written, where a cell alone leaves it open: 04/05/1990, 1.234."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from apps.imports.choices import ColumnStyle

_SLASHED = re.compile(r"\s*(\d{1,2})([/-])(\d{1,2})\2(\d{4})(.*)", re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d+(?:([.,])\d+)+")
_BLANKS = re.compile(r"[\s\u00a0\u202f'’]")
_POINTS_OF_THOUSANDS = re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))")
_COMMAS_OF_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
DATES, NUMBERS = (ColumnStyle.DAY_FIRST, ColumnStyle.MONTH_FIRST), (ColumnStyle.COMMA, ColumnStyle.POINT)
OPEN = "open"


def styles_of(style: str) -> tuple[ColumnStyle, ...]:
    """The choices that a style is one of."""
    return DATES if style in DATES else NUMBERS


def date_style(cells: Iterable[str]) -> str:
    """How a column writes its dates: proved by a day above 12, OPEN when each can be read in two ways, else empty.

    Slashed dates that are fewer than half of the cells are the exception in their column, and leave it alone.
    """
    said: Counter[str] = Counter()
    filled = 0
    for cell in cells:
        filled += bool(cell.strip())
        if match := _SLASHED.match(cell):
            said[_date_says(int(match[1]), int(match[3]))] += 1
    proved = [style for style in DATES if said[style]]
    if not said[OPEN] or len(proved) > 1 or said.total() * 2 < filled:
        return ""
    return str(proved[0]) if proved else OPEN


def _date_says(first: int, second: int) -> str:
    if first > 12 or second > 12:
        return ColumnStyle.DAY_FIRST if first > 12 else ColumnStyle.MONTH_FIRST
    return OPEN if first != second else ""


def number_style(cells: Iterable[str]) -> str:
    """Which mark a column writes before decimals: proved by a cell, OPEN when `1.234` may be either, else empty."""
    said = Counter(_number_says(_BLANKS.sub("", cell)) for cell in cells)
    proved = [style for style in NUMBERS if said[style]]
    if not said[OPEN] or len(proved) > 1:
        return ""
    return str(proved[0]) if proved else OPEN


def _number_says(value: str) -> str:
    if not _NUMBER.fullmatch(value):
        return ""
    marks = [letter for letter in value if letter in ".,"]
    decimal = marks[-1]
    if len(set(marks)) == 1 and len(marks) > 1:  # 1.234.567: groups of thousands
        decimal = "." if decimal == "," else ","
    elif len(marks) == 1 and re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", value):
        return OPEN
    return ColumnStyle.COMMA if decimal == "," else ColumnStyle.POINT


def restyler(styles: Sequence[str]) -> Callable[[list[str]], list[str]]:
    """What rewrites the cells of a row in the one way that every parser reads; `styles` by column, empty for none."""
    written = [(index, _WRITERS[style]) for index, style in enumerate(styles) if style]

    def restyle(cells: list[str]) -> list[str]:
        cells = list(cells)
        for index, write in written:
            cells[index] = write(cells[index])
        return cells

    return restyle if written else lambda cells: cells


def _day_first(cell: str) -> str:
    match = _SLASHED.fullmatch(cell)
    return f"{match[4]}-{match[3]}-{match[1]}{match[5]}" if match else cell


def _month_first(cell: str) -> str:
    match = _SLASHED.fullmatch(cell)
    return f"{match[4]}-{match[1]}-{match[3]}{match[5]}" if match else cell


_WRITERS: dict[str, Callable[[str], str]] = {
    ColumnStyle.DAY_FIRST: _day_first,
    ColumnStyle.MONTH_FIRST: _month_first,
    ColumnStyle.COMMA: lambda cell: _POINTS_OF_THOUSANDS.sub("", cell).replace(",", "."),
    ColumnStyle.POINT: lambda cell: _COMMAS_OF_THOUSANDS.sub("", cell),
}
