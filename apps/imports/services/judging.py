"""Verdicts: what each staged row would do to the registers, decided set by set."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from apps.imports.choices import ACCEPTED_VERDICTS, FIGURES, Verdict
from apps.imports.models import Batch
from apps.imports.services.kinds import WORK

CHUNK_ROWS = 20_000  # rows that are judged, and later merged, by one transaction

_WRITE_BACK = """
    UPDATE imports_stagedrow s SET verdict = j.verdict, reason = j.reason
    FROM judged_rows j WHERE s.batch_id = %s AND s.number = j.number AND j.reason <> ''
"""
_WARN_OF_TAKEN = """
    UPDATE imports_stagedrow s SET warnings = s.warnings || '[["email", "taken"]]'::jsonb
    FROM judged_rows j WHERE s.batch_id = %s AND s.number = j.number AND j.email_taken
      AND j.reason = '' AND NOT s.warnings @> '[["email", "taken"]]'::jsonb
"""
_COUNT = """
    SELECT COALESCE(NULLIF(s.verdict, ''), j.verdict), s.reason, count(*)
    FROM imports_stagedrow s LEFT JOIN judged_rows j ON j.number = s.number
    WHERE s.batch_id = %s AND s.number BETWEEN %s AND %s GROUP BY 1, 2
"""
_COUNT_WARNINGS = """
    SELECT w.value ->> 0, w.value ->> 1, count(*)
    FROM imports_stagedrow s JOIN judged_rows j ON j.number = s.number
    CROSS JOIN LATERAL jsonb_array_elements(s.warnings) AS w(value)
    WHERE s.batch_id = %s AND s.number BETWEEN %s AND %s AND s.verdict = '' AND j.verdict = ANY(%s)
      AND s.warnings <> '[]'::jsonb
    GROUP BY 1, 2
"""
_PREVIEW = """
    SELECT s.number, COALESCE(NULLIF(s.verdict, ''), j.verdict), s.reason
    FROM imports_stagedrow s LEFT JOIN judged_rows j ON j.number = s.number
    WHERE s.batch_id = %s AND s.number BETWEEN 1 AND %s
"""


@dataclass
class Tally:
    """Rows by verdict (`figures`, keys of FIGURES) and by reason (`reasons`, as `Batch.reasons`)."""

    figures: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Tally":
        """From what a batch keeps between chunks."""
        return cls(Counter(data.get("figures", {})), Counter(data.get("reasons", {})))

    def to_json(self) -> dict[str, Any]:
        """As a batch keeps it."""
        return {"figures": self.all_figures(), "reasons": dict(self.reasons)}

    def all_figures(self) -> dict[str, int]:
        """Every figure, zeros included."""
        return {name: self.figures[name] for name in FIGURES}

    def add(self, other: "Tally") -> None:
        """Count the other's rows too."""
        self.figures.update(other.figures)
        self.reasons.update(other.reasons)


def find_repeats(batch: Batch) -> None:
    """Give a verdict to rows that the file itself overrules.

    The table was filled a moment ago, and emptied by the batch before: without fresh statistics the planner takes it
    for empty and compares every row with every other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")  # digests of a million rows are grouped and joined in memory
        cursor.execute("ANALYZE imports_stagedrow (batch_id, number, verdict)")
    WORK[batch.kind].find_repeats(batch)


def bounds(batch: Batch) -> Iterator[tuple[int, int]]:
    """(first, last) of each chunk of the batch's rows."""
    for first in range(1, batch.rows_total + 1, CHUNK_ROWS):
        yield first, min(first + CHUNK_ROWS - 1, batch.rows_total)


def judge(batch: Batch, first: int, last: int, *, to_merge: bool = False) -> Tally:
    """Judge rows `first` to `last` against the registers as they are: `judged_rows` until the transaction's end.

    Rows that don't go in get their verdict and reason for good; the others are judged again when they are merged.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")  # a chunk is sorted and joined in memory
        WORK[batch.kind].judge(batch, first, last, to_merge=to_merge)
        cursor.execute(_WRITE_BACK, [batch.pk])
        cursor.execute(_WARN_OF_TAKEN, [batch.pk])
        return _count(cursor, batch, first, last)


def _count(cursor: Any, batch: Batch, first: int, last: int) -> Tally:
    tally = Tally()
    cursor.execute(_COUNT, [batch.pk, first, last])
    for verdict, reason, rows in cursor.fetchall():
        tally.figures[verdict] += rows
        tally.figures["rows"] += rows
        if reason:
            tally.reasons[f"{verdict}:{reason}"] += rows
    cursor.execute(_COUNT_WARNINGS, [batch.pk, first, last, [str(v) for v in ACCEPTED_VERDICTS]])
    for name, code, values in cursor.fetchall():
        tally.figures["warnings"] += values
        tally.reasons[f"warning:{name}:{code}"] += values
    return tally


def preview_verdicts(batch: Batch, rows: int) -> dict[str, list[str]]:
    """{number: [verdict, reason]} of the first rows, after `judge` and in its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_PREVIEW, [batch.pk, rows])
        return {str(number): [verdict or Verdict.REFUSED.value, reason] for number, verdict, reason in cursor}
