"""Cells that people will open in a spreadsheet: a formula becomes text, a phone number stays what it is."""

import re

_STARTS_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@\t\r|%]")
# A phone or an amount: signs only in front, then digits with the marks between them.
_NUMBER = re.compile(r"\s*[+-]?[\d\s().,\u00a0\u2010-\u2015/-]*\d[)\s]*")


def harmless(cell: str) -> str:
    """`cell`, behind an apostrophe when a spreadsheet would run it; `+996 …` and `-12,50` are left alone."""
    if not _STARTS_FORMULA.match(cell) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"
