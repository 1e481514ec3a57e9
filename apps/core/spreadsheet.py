"""Cells that people will open in a spreadsheet: a formula becomes text, a phone number stays what it is."""

import re

from apps.core.identifiers import DOT

_STARTS_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@\t\r|%]")
# A phone (masked too) or an amount: signs only in front, then digits with the marks between them.
_NUMBER = re.compile(rf"\s*[+-]?[\d\s().,{DOT}\u00a0\u2010-\u2015/-]*\d[)\s]*")
# Several phones in one cell. Split first, for one pattern of both would try every way to divide a long cell.
_BETWEEN_PHONES = re.compile(r"[,;]\s+(?=\+)")


def starts_formula(cell: str) -> bool:
    """Whether a spreadsheet may run the cell; it does not run `+996 …`, `+996 …, +996 …` and `-12,50`."""
    if not _STARTS_FORMULA.match(cell):
        return False
    return not all(_NUMBER.fullmatch(part) for part in _BETWEEN_PHONES.split(cell))


def harmless(cell: str) -> str:
    """`cell`, behind an apostrophe when a spreadsheet would run it."""
    return f"'{cell}" if starts_formula(cell) else cell
