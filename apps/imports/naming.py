"""The columns of a file as the page shows them on which somebody says what they hold."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.identifiers import DOT
from apps.imports.choices import ColumnStyle
from apps.imports.engine.layout import Layout
from apps.imports.engine.resources import RESOURCES
from apps.imports.engine.styles import DATES, NUMBERS, OPEN, date_style, number_style
from apps.imports.engine.understanding import first_cells
from apps.imports.models import Batch
from apps.imports.presenting import masked
from apps.imports.services.staging import data_rows, opener

SAMPLES = 5
_ASKS: dict[str, str | Promise] = {
    "phone": _("Looks like phone numbers"), "email": _("Looks like e-mail addresses"),
    "token": _("Looks like tokens"), "card": _("Looks like card numbers"), "style": _("Can be read in two ways"),
    "twice": _("Another column means the same"),
}  # fmt: skip
_DAY_AND_MONTH = re.compile(r"\s*\d{1,2}([/-])\d{1,2}\1(?=\d{4})")
_AMOUNT = re.compile(r"[\s+-]*\d{1,3}([.,]\d{1,3}){1,2}\s*")


@dataclass(frozen=True)
class ColumnToName:
    """A column: its values masked, (code, title) of what it may be and of how it may write, and what is chosen."""

    title: str
    values: list[str]
    ask: str | Promise
    field: str
    fields: list[tuple[str, str]]
    style: str
    styles: list[tuple[str, str]]


def columns_to_name(
    batch: Batch, fields: Sequence[str] | None = None, styles: Sequence[str] | None = None
) -> list[ColumnToName]:
    """Every column, with what was found or, in `fields` and `styles`, answered."""
    layout = Layout.from_json(batch.layout)
    cells = first_cells(data_rows(opener(batch), layout), len(layout.titles))
    width = len(layout.titles)
    chosen = fields if fields is not None and len(fields) == width else layout.fields
    written = next((given for given in (styles, layout.styles) if given and len(given) == width), ("",) * width)
    asks = layout.asks or ("",) * width
    every = [(name, column.title) for name, column in RESOURCES[batch.kind].columns().items()]
    parts = zip(layout.titles, cells, asks, chosen, written, strict=True)
    return [_column(title, column, ask, field, every, style) for title, column, ask, field, style in parts]


def _column(
    title: str, cells: Sequence[str], ask: str, field: str, fields: list[tuple[str, str]], style: str
) -> ColumnToName:
    open_styles = DATES if date_style(cells) == OPEN else NUMBERS if number_style(cells) == OPEN else ()
    offered = [(str(choice.value), str(choice.label)) for choice in open_styles]
    distinct = list(dict.fromkeys(cell for cell in cells if cell.strip()))[:SAMPLES]
    values = list(dict.fromkeys(_shown(field or ask, cell, open_styles) for cell in distinct))
    return ColumnToName(title, values, _ASKS.get(ask, ""), field, fields, style, offered)


def _shown(field: str, cell: str, open_styles: Iterable[ColumnStyle]) -> str:
    """Masked; of what can be read in two ways the part that the question is about."""
    if open_styles == DATES and (match := _DAY_AND_MONTH.match(cell)):
        return match[0].strip() + DOT * 4
    if open_styles == NUMBERS and _AMOUNT.fullmatch(cell):
        return cell.strip()
    return masked(field, cell, hidden=False)
