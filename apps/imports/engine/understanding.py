"""Whether a file's columns are understood; if not, what somebody has to say about which of them."""

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from apps.core import identifiers
from apps.core.choices import IdentifierKind
from apps.core.identifiers import Unusable
from apps.imports.engine import formats, values
from apps.imports.engine.columns import Column
from apps.imports.engine.layout import Layout, refuse_plain_list
from apps.imports.engine.refusals import Refused
from apps.imports.engine.resources import RESOURCES
from apps.imports.engine.styles import OPEN, date_style, number_style
from apps.imports.engine.table import Row

LOOKED_AT, MOST_CELLS, CELL_LETTERS = 2_000, 200_000, 120  # rows from the beginning, and what of them
_MOST_NAMED = 10
DATE_PARSERS, NUMBER_PARSERS = {values.birth_date, values.moment}, {values.decimal}
_TOKEN = re.compile(r"[0-9A-Fa-f]{32}")
_CARD = re.compile(r"[^\W\d_]{1,6}[- ]?\d{4,}|\d{6,20}")


class Unmapped(Refused):
    """A file that may well be good, once somebody says what its columns hold. `layout.asks` says of which to speak."""

    def __init__(self, code: str, layout: Layout, **params: object) -> None:
        super().__init__(code, **params)
        self.layout = layout

    def to_json(self) -> dict[str, Any]:
        """As kept by the batch, with what is asked: {title: the identifier that it looks like, `style`, `twice`}."""
        asks = zip(self.layout.titles, self.layout.asks, strict=True)
        return super().to_json() | {"asks": {title: ask for title, ask in asks if ask}}


def understand(layout: Layout, kind: str, rows: Iterable[Row]) -> Layout:
    """The layout with the styles of its columns. `rows` are the file's own, of which the first are looked at.

    Raises Unmapped, and Refused for what nobody's word could mend.
    """
    if layout.format != formats.GENERIC.code:
        return layout
    columns = first_cells(rows, len(layout.titles))
    layout = replace(layout, asks=tuple(_ask(layout, kind, index, cells) for index, cells in enumerate(columns)))
    _require_known(layout, kind)
    refuse_plain_list(layout, kind)
    styles = tuple(_style(layout, kind, index, cells) for index, cells in enumerate(columns))
    if OPEN in styles:
        raise _unmapped("styles-open", layout, [style == OPEN for style in styles])
    return replace(layout, styles=styles, asks=())


def first_cells(rows: Iterable[Row], width: int) -> list[list[str]]:
    """The cells of each column from the beginning of a file, in bounded memory however many and long they are."""
    columns: list[list[str]] = [[] for _ in range(width)]
    for row in itertools.islice(rows, max(1, min(LOOKED_AT, MOST_CELLS // max(width, 1)))):
        for column, cell in zip(columns, row.cells, strict=False):
            column.append(cell[:CELL_LETTERS])
    return columns


def _ask(layout: Layout, kind: str, index: int, cells: Sequence[str]) -> str:
    """What the mapping screen should draw attention to: a way to write, an identifier that nobody named."""
    field = layout.fields[index]
    if field and layout.fields.count(field) > 1:
        return "twice"
    if not field:
        return looks_like(cells)
    return "style" if _style(layout, kind, index, cells) == OPEN else ""


def _style(layout: Layout, kind: str, index: int, cells: Sequence[str]) -> str:
    """A style that the cells prove, else one that somebody chose, else OPEN; empty where there is no question."""
    column = RESOURCES[kind].columns().get(layout.fields[index])
    found = style_of(column, cells) if column else ""
    chosen = layout.styles[index] if layout.styles else ""
    return chosen if found == OPEN and chosen else found


def style_of(column: Column, cells: Iterable[str]) -> str:
    """As `_style`, by the cells alone."""
    if column.parse in DATE_PARSERS:
        return date_style(cells)
    return number_style(cells) if column.parse in NUMBER_PARSERS else ""


def _require_known(layout: Layout, kind: str) -> None:
    columns = RESOURCES[kind].columns()
    kinds = {column.identifies for column in columns.values()}
    if any(twice := [ask == "twice" for ask in layout.asks]):
        raise _unmapped("columns-twice", layout, twice)
    named = {columns[field].identifies for field in layout.fields if field} - {""}
    if not named:
        if any(layout.asks):
            raise Unmapped("columns-unnamed", layout)
        raise Refused("no-identifier-column")
    unnamed = {IdentifierKind.PHONE, IdentifierKind.EMAIL} & kinds - named
    if not layout.decided and any(asked := [ask in unnamed for ask in layout.asks]):
        raise _unmapped("columns-unknown", layout, asked)
    if missing := missing_columns(kind, layout.fields):
        raise Unmapped("columns-missing", layout, columns=missing)


def missing_columns(kind: str, fields: Sequence[str]) -> list[str]:
    """Titles of the columns that every row of a kind needs, and that are not among these."""
    columns = RESOURCES[kind].columns()
    return [column.title for name, column in columns.items() if column.mandatory and name not in fields]


def _unmapped(code: str, layout: Layout, asked: Sequence[bool]) -> Unmapped:
    titles = list(itertools.compress(layout.titles, asked))
    return Unmapped(code, layout, columns=titles[:_MOST_NAMED])


def looks_like(cells: Sequence[str]) -> str:
    """The kind of identifier that most of the filled cells look like; empty when none."""
    filled = [cell.strip() for cell in cells if cell.strip()][:50]
    for kind, fits in _LOOKS.items():
        if filled and sum(bool(fits(cell)) for cell in filled) * 10 >= len(filled) * 6:
            return kind
    return ""


def _usable(kind: str) -> Callable[[str], bool]:
    def fits(cell: str) -> bool:
        try:
            return bool(identifiers.normalise(kind, cell))
        except Unusable:
            return False

    return fits


_LOOKS: dict[str, Callable[[str], object]] = {
    IdentifierKind.EMAIL.value: _usable(IdentifierKind.EMAIL),
    IdentifierKind.PHONE.value: _usable(IdentifierKind.PHONE),
    IdentifierKind.TOKEN.value: _TOKEN.fullmatch,
    IdentifierKind.CARD.value: _CARD.fullmatch,
}
