"""What is done with the rows of a members file: repeats among them found, judged against the registers, merged."""

from datetime import datetime

from django.db import connection
from psycopg import sql

from apps.core import clock
from apps.imports.models import Batch, MergedChunk, StagedRow
from apps.imports.services.remembering import remember
from apps.subjects.services.bulk import Intake, hold_updated, judge_members, merge_members

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


def find_repeats(batch: Batch) -> None:
    """Give a verdict to rows that a later row of the file overrules."""
    with connection.cursor() as cursor:
        for position, shared in enumerate(_STRENGTH):
            statement = sql.SQL(_REPEATS).format(
                shared=sql.Identifier(shared), contradiction=_differing(_STRENGTH[:position])
            )
            cursor.execute(statement, {"batch": batch.pk})


def _differing(stronger: tuple[str, ...]) -> sql.Composable:
    pairs = [sql.SQL("s.{0} <> o.{0}").format(sql.Identifier(name)) for name in stronger]
    return sql.SQL("({}) IS TRUE").format(sql.SQL(" OR ").join(pairs)) if pairs else sql.SQL("false")


def _intake(batch: Batch, first: int, last: int, at: datetime | None = None) -> Intake:
    return Intake(RELATION, batch.pk, first, last, batch.partner, batch.created_at, at)


def judge(batch: Batch, first: int, last: int, *, to_merge: bool = False) -> None:
    """Make `judged_rows` of rows `first` to `last`."""
    judge_members(_intake(batch, first, last, clock.now() if to_merge else None))


def merge(batch: Batch, first: int, last: int) -> None:
    """Store what `judge` found to be new or updated, and keep what undoing it would need. Raises Overtaken."""
    chunk = MergedChunk.objects.create(batch=batch, first=first, last=last, at=clock.now())
    intake = _intake(batch, first, last, chunk.at)
    hold_updated(intake)
    remember(chunk)
    merge_members(intake)
