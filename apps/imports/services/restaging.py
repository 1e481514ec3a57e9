"""One row of a merged file once more: staged from the cells that were kept, judged and merged as the engine does."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields

from django.utils.translation import gettext as _

from apps.core.errors import NotPossible
from apps.imports.choices import ACCEPTED_VERDICTS, Verdict
from apps.imports.conflicts import Conflict
from apps.imports.engine.refusals import reason_message
from apps.imports.engine.staged import Staged
from apps.imports.engine.table import Row
from apps.imports.models import Batch
from apps.imports.services.judging import Tally
from apps.imports.services.merging import clear, merge_rows
from apps.imports.services.staging import reader_of
from apps.subjects.services.bulk import CATEGORIES

_KEPT_COLUMNS = {"batch_id", "number", "line", "raw"}
_RESTAGED = [column.name for column in fields(Staged) if column.name not in _KEPT_COLUMNS]


def restage(batch: Batch, row: Conflict) -> None:
    """Fill the row again from its cells, as if its file had just been read. Raises NotPossible where it is refused."""
    staged = reader_of(batch).stage(row.number, Row(row.line, list(row.raw or [])))
    if staged.verdict:
        raise _not_taken(staged.reason)
    for name in _RESTAGED:
        setattr(row, name, getattr(staged, name))
    row.save(update_fields=_RESTAGED)


def leave_names(row: Conflict, kinds: Iterable[str]) -> None:
    """Take identifiers that are somebody else's out of a row that was restaged, and say so to the partner."""
    dropped = list(kinds)
    for kind in dropped:
        setattr(row, kind, None)
        setattr(row, f"{kind}_value", None)
        row.warnings.append([kind, "taken"])
    row.nameless = row.nameless or not (row.identity or row.token or row.phone or row.email)
    row.save(update_fields=["warnings", "nameless", *dropped, *(f"{kind}_value" for kind in dropped)])


def find_again(row: Conflict, digests: Mapping[str, bytes]) -> None:
    """Where the cells of a row stay after it went in, everybody in them must be able to find it."""
    Conflict.objects.filter(pk=row.pk).update(**digests)


def leave_records(row: Conflict) -> None:
    """Take out what a row that was restaged says beside identifiers."""
    emptied = [*CATEGORIES, *(f"{category}_digest" for category in CATEGORIES), "acts"]
    for name in emptied:
        setattr(row, name, None)
    row.language = ""
    row.save(update_fields=[*emptied, "language"])


def take_in(batch: Batch, row: Conflict, reason: str) -> Verdict:
    """Judge and merge a row that was restaged, which was in conflict for `reason`, and count it anew.

    Raises NotPossible where it is still not taken, and Overtaken; the caller's transaction is then taken back.
    """
    tally = merge_rows(batch, row.number, row.number)
    verdict = next(verdict for verdict in Verdict if tally.figures[verdict])
    if verdict not in ACCEPTED_VERDICTS:
        row.refresh_from_db(fields=["reason"])
        raise _not_taken(row.reason)
    clear(batch, row.number, row.number)
    recount(batch, Verdict.CONFLICT, reason, tally)
    return verdict


def _not_taken(reason: str) -> NotPossible:
    message = _("So the row can't be taken in: %(reason)s. Nothing was changed.")
    return NotPossible(message % {"reason": reason_message(reason)})


def recount(batch: Batch, verdict: Verdict, reason: str, now: Tally, rows: int = 1) -> None:
    """Move rows of a locked batch from one verdict and reason to what `now` counts."""
    figures, reasons = Counter(batch.figures), Counter(batch.reasons)
    figures[verdict] -= rows
    reasons[f"{verdict}:{reason}"] -= rows
    figures.update({name: value for name, value in now.figures.items() if name != "rows"})
    reasons.update(now.reasons)
    batch.figures = dict(figures)
    batch.reasons = {code: count for code, count in reasons.items() if count > 0}
    batch.save(update_fields=["figures", "reasons"])
