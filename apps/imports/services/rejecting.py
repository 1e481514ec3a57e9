"""The file of rows that did not go in as they came: the partner's own columns, and why."""

import codecs
import csv
import io
from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core.spreadsheet import harmless
from apps.imports import actions
from apps.imports.choices import Verdict
from apps.imports.engine.layout import Layout
from apps.imports.engine.refusals import ROW_REASONS, WARNINGS
from apps.imports.engine.resources import RESOURCES
from apps.imports.models import Batch, StagedRow

_FETCH = 2_000
# Kyrgyz letters that Russian code pages lack, as people write them there.
_FOLDED = str.maketrans("ӨөҮүҢң—", "ОоУуНн-")


@transaction.atomic
def rejects(*, actor: User, batch: Batch) -> Iterator[bytes]:
    """The rows as a CSV file, in pieces, in the partner's delimiter, encoding and language. Raises PermissionDenied."""
    require(actor, "imports.view_rejects")
    rows = batch.rows.to_return()
    record(actor, actions.REJECTS_DOWNLOADED, batch, rows=rows.count())
    return _encoded(_lines(batch, rows.order_by("number").iterator(_FETCH)), batch.layout["encoding"])


def _lines(batch: Batch, rows: Iterator[StagedRow]) -> Iterator[str]:
    layout = Layout.from_json(batch.layout)
    words = _Words(batch)
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=layout.delimiter, lineterminator="\r\n")
    writer.writerow([*map(harmless, layout.titles), *words.titles])
    for row in rows:
        cells = (list(row.raw) + [""] * len(layout.titles))[: max(len(layout.titles), len(row.raw))]
        writer.writerow([*map(harmless, cells), str(row.line), words.verdict(row), words.reason(row)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


class _Words:
    """What is said about rows, in the partner's language."""

    def __init__(self, batch: Batch) -> None:
        with override(batch.partner.language):
            self.titles = [_("Line"), _("Verdict"), _("Reason")]
            self._verdicts = {value: str(label) for value, label in Verdict.choices}
            self._accepted = _("Taken in, without some values")
            self._reasons = {code: str(message) for code, message in ROW_REASONS.items()}
            self._warnings = {code: str(message) for code, message in WARNINGS.items()}
            self._columns = {name: column.title for name, column in RESOURCES[batch.kind].columns().items()}

    def verdict(self, row: StagedRow) -> str:
        return self._verdicts.get(row.verdict, self._accepted)

    def reason(self, row: StagedRow) -> str:
        said = [self._reasons.get(row.reason, row.reason)] if row.reason else []
        said += [f"{self._columns.get(name, name)}: {self._warnings.get(code, code)}" for name, code in row.warnings]
        return "; ".join(said)


def _encoded(pieces: Iterator[str], encoding: str) -> Iterator[bytes]:
    """What the encoding has no letter for becomes its nearest letter, else `?`."""
    encoder = codecs.getincrementalencoder(encoding)("replace")
    whole = encoding.startswith("utf")
    for piece in pieces:
        yield encoder.encode(piece if whole else piece.translate(_FOLDED))
