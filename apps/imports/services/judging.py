"""Verdicts: what each staged row would do to the registers, decided set by set."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from psycopg import sql

from apps.imports.choices import ACCEPTED_VERDICTS, FIGURES, Kind, Verdict
from apps.imports.models import Batch, StagedRow
from apps.optouts.services.bulk import OptOutIntake, judge_optouts
from apps.subjects.services.bulk import Intake, judge_members

RELATION = StagedRow._meta.db_table

# Within the file, strongest identifier first: of rows that share one the last counts. An earlier row that names a
# different person by something stronger is no repeat but a contradiction, which an officer has to look at.
_REPEATS = """
    UPDATE imports_stagedrow s
    SET verdict = CASE WHEN {contradiction} THEN 'conflict' ELSE 'duplicate' END,
        reason = CASE WHEN {contradiction} THEN 'shared-in-file' ELSE 'repeated' END
    FROM (SELECT {shared} AS digest, max(number) AS number FROM imports_stagedrow
          WHERE batch_id = %(batch)s AND verdict IN ('', 'quarantined') AND {shared} IS NOT NULL
          GROUP BY 1 HAVING count(*) > 1) AS g
    JOIN imports_stagedrow o ON o.batch_id = %(batch)s AND o.number = g.number
    WHERE s.batch_id = %(batch)s AND s.{shared} = g.digest AND s.number < g.number AND s.verdict = ''
"""
_STRENGTH = ("token", "card", "phone", "email")
# Of opt-outs the first counts: it says since when.
_REPEATED_OPTOUTS = """
    UPDATE imports_stagedrow s SET verdict = 'duplicate', reason = 'repeated-optout'
    FROM (SELECT number, row_number() OVER (
            PARTITION BY token, card, phone, email, channel, purpose, optout_reason ORDER BY number) AS nth
          FROM imports_stagedrow WHERE batch_id = %(batch)s AND verdict = '') AS g
    WHERE s.batch_id = %(batch)s AND s.number = g.number AND g.nth > 1
"""
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
    WHERE s.batch_id = %s AND s.number <= %s
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
        cursor.execute("ANALYZE imports_stagedrow")
        if batch.kind == Kind.OPTOUTS:
            cursor.execute(_REPEATED_OPTOUTS, {"batch": batch.pk})
            return
        for position, shared in enumerate(_STRENGTH):
            statement = sql.SQL(_REPEATS).format(
                shared=sql.Identifier(shared), contradiction=_differing(_STRENGTH[:position])
            )
            cursor.execute(statement, {"batch": batch.pk})


def _differing(stronger: tuple[str, ...]) -> sql.Composable:
    pairs = [sql.SQL("s.{0} <> o.{0}").format(sql.Identifier(name)) for name in stronger]
    return sql.SQL("({}) IS TRUE").format(sql.SQL(" OR ").join(pairs)) if pairs else sql.SQL("false")


def judge(batch: Batch, first: int, last: int) -> Tally:
    """Judge rows `first` to `last` against the registers as they are: `judged_rows` until the transaction's end.

    Rows that don't go in get their verdict and reason for good; the others are judged again when they are merged.
    """
    if batch.kind == Kind.MEMBERS:
        judge_members(Intake(RELATION, batch.pk, first, last, batch.partner, batch.created_at))
    else:
        judge_optouts(OptOutIntake(RELATION, batch.pk, first, last, batch.partner.code, batch.created_at))
    with connection.cursor() as cursor:
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
