"""How a batch looks: its columns, and its rows masked."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.registry import registry
from apps.consents.choices import State
from apps.consents.models import ConsentEvent
from apps.core import identifiers
from apps.core.identifiers import DOT, Unusable
from apps.imports.choices import KEPT_VERDICTS, STAYS_FIGURES, UNDONE_FIGURES, Kind, Verdict
from apps.imports.engine import formats
from apps.imports.engine.answers import asks_for_consent
from apps.imports.engine.layout import Layout
from apps.imports.engine.refusals import WARNINGS, reason_message
from apps.imports.engine.resources import RESOURCES
from apps.imports.models import Batch, StagedRow
from apps.policies.registry import purpose_title
from apps.subjects.presenting import mask_value

MOST_SHOWN = 20
# What is said of a refusal or a row, not of a person.
_PLAIN_FIELDS = frozenset({"channel", "status", "activity", "currency", "purpose", "state", "edition"})


@dataclass(frozen=True)
class ShownRow:
    """A row as staff may see it: cells masked, and what becomes of it."""

    number: int
    line: int
    cells: list[str]
    verdict: str
    title: str
    reason: str
    warnings: list[str]


def column_title(batch: Batch, field: str) -> str:
    """A field's title in the reader's language."""
    column = RESOURCES[batch.kind].columns().get(field)
    return column.title if column else field


def columns(batch: Batch) -> list[tuple[str, str]]:
    """(title in the file, what it was understood as or empty)."""
    layout = Layout.from_json(batch.layout)
    return [(t, column_title(batch, f) if f else "") for t, f in zip(layout.titles, layout.fields, strict=True)]


def layout_facts(batch: Batch) -> dict[str, Any]:
    """Encoding, delimiter and format as found."""
    layout = Layout.from_json(batch.layout)
    found = formats.BY_CODE.get(layout.format)
    return {
        "encoding": layout.encoding.removesuffix("-sig").upper(),
        "delimiter": {"\t": "Tab"}.get(layout.delimiter, layout.delimiter),
        "format": found.title if found else "",
    }


def first_rows(batch: Batch) -> list[ShownRow]:
    """The first rows of the file with the verdicts of the preview."""
    rows = list(batch.rows.filter(number__lte=MOST_SHOWN, raw__isnull=False).order_by("number"))
    return [_shown(batch, row, *batch.preview.get(str(row.number), ("", ""))) for row in rows]


def kept_rows(batch: Batch) -> list[ShownRow]:
    """The first of the rows that don't go in."""
    rows = batch.rows.kept().filter(raw__isnull=False).order_by("number")[:MOST_SHOWN]
    return [_shown(batch, row, row.verdict, row.reason) for row in rows]


def _shown(batch: Batch, row: StagedRow, verdict: str, reason: str) -> ShownRow:
    layout = Layout.from_json(batch.layout)
    hidden = verdict == Verdict.QUARANTINED
    cells = [masked(f, c, hidden=hidden) for f, c in zip(layout.fields, row.raw, strict=False)]
    left_out = [] if verdict in KEPT_VERDICTS else row.warnings
    warnings = [f"{column_title(batch, field)}: {WARNINGS.get(code, code)}" for field, code in left_out]
    title = str(Verdict(verdict).label) if verdict else ""
    return ShownRow(row.number, row.line, cells, verdict, title, reason_message(reason) if reason else "", warnings)


def masked(field: str, cell: str, *, hidden: bool) -> str:
    """A cell with nothing in it by which somebody could be known; of a child (`hidden`) nothing at all."""
    if not cell.strip() or hidden:
        return DOT * 4 if cell.strip() else ""
    if field in _PLAIN_FIELDS:
        return cell[:40]
    if field in identifiers.NORMALISERS:
        try:
            return identifiers.mask(field, identifiers.normalise(field, cell))
        except Unusable:
            return re.sub(r"\w", DOT, cell[:20])
    return mask_value(field, cell)


def tells_consents(batch: Batch) -> bool:
    """Whether something in the file goes into the ledger of consents."""
    fields = batch.layout.get("fields", ())
    return batch.kind == Kind.CONSENTS or (batch.kind == Kind.MEMBERS and asks_for_consent(fields))


def consents_told(batch: Batch) -> list[tuple[str, str, bool, int]]:
    """(purpose, state, whether it counts, how many) of what the ledger has from the batch, for the reader."""
    told = ConsentEvent.objects.told_by_file(batch.pk) if tells_consents(batch) else []
    return [(purpose_title(code), str(State(state).label), counts, acts) for code, state, counts, acts in told]


def undo_consequences(batch: Batch) -> str:
    """What undoing the batch would do, and what it can't."""
    brought = _(
        "Whoever only this file brought is removed, and what it replaced comes back. What others said or changed since"
        " stays, and is counted. Refusals are never undone."
    )
    told = _(
        "Consents that it recorded stay in the ledger, each marked as recorded wrongly, and count no more. Opt-outs"
        " that followed from its refusals stay, and what a withdrawal had destroyed does not come back."
    )
    if batch.kind == Kind.CONSENTS:
        return told
    return f"{brought} {told}" if tells_consents(batch) else brought


def undone(batch: Batch) -> list[tuple[str, int, bool]]:
    """(what, how many, whether it stays all the same) of what undoing the batch did and could not do."""
    figures = [(name, batch.undone.get(name, 0)) for name in UNDONE_FIGURES]
    titles = registry.fact_titles
    return [(str(titles[name]), count, name in STAYS_FIGURES) for name, count in figures if count]
