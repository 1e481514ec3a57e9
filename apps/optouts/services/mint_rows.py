"""Records of a campaign's list with a link behind each, many at a time: what a worker does beside the reader."""

import csv
from collections import Counter
from typing import NamedTuple

from apps.core.identifiers import Unusable
from apps.optouts.services.mint import Mailing, Minted, Minter

# So short a record has no cell that csv finds too long.
_SHORT = 100_000
_NO_LINK = Minted("")


class MintedRows(NamedTuple):
    """Records as they go out, how many of them are rows, and the rows without a link by reason.

    With a `problem`, in csv's words, they can't be read.
    """

    text: str
    rows: int
    unusable: Counter[str]
    problem: str = ""


class RowMinter:
    """Adds three cells to records of a list whose header has `width` cells; the address is the cell at `position`."""

    def __init__(self, *, mailing: Mailing, delimiter: str, position: int, width: int) -> None:
        self._mint = Minter(mailing)
        self._delimiter = delimiter
        self._position = position
        self._width = width

    def __call__(self, records: list[str]) -> MintedRows:
        """Those records, line ends included, in their order; blank lines stay as they are."""
        rows, unusable, done = 0, Counter[str](), []
        for text in records:
            if not text or text.isspace():
                done.append(text)
                continue
            try:
                cells = cells_of(text, self._delimiter)
            except csv.Error as error:
                return MintedRows("", 0, unusable, str(error))
            rows += 1
            try:
                minted = self._mint(cells[self._position] if self._position < len(cells) else "")
            except Unusable as error:
                unusable[error.code] += 1
                minted = _NO_LINK
            done.append(extended(text, minted, self._delimiter, self._width - len(cells)))
        return MintedRows("".join(done), rows, unusable)


def cells_of(text: str, delimiter: str) -> list[str]:
    """The cells of a record. Raises csv.Error."""
    if '"' not in text and len(text) < _SHORT:
        body = text.rstrip("\r\n")
        return body.split(delimiter) if body else []
    return next(csv.reader([text], delimiter=delimiter), [])


def extended(text: str, added: tuple[str, ...], delimiter: str, missing: int = 0) -> str:
    """The record as it is, empty cells where it was short, the new cells, and its own line end."""
    body = text.rstrip("\r\n")
    end = text[len(body) :] or "\n"
    return f"{body}{delimiter * missing}{delimiter}{delimiter.join(added)}{end}"
