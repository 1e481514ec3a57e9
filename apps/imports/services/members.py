"""What is done with the rows of a members file: repeats among them found, judged against the registers, merged."""

from datetime import datetime

from django.db import connection
from psycopg import sql

from apps.consents.services.bulk import gather_answers, record_gathered
from apps.core import clock
from apps.imports.engine.answers import asks_for_consent
from apps.imports.models import Batch, MergedChunk, StagedRow
from apps.imports.services.remembering import remember
from apps.subjects.services.bulk import Intake, hold_updated, judge_members, merge_members

RELATION = StagedRow._meta.db_table

# Rows with a digest that may occur twice (see staging): the others can neither repeat a row nor be repeated.
_SUSPECTS = """
    CREATE TEMP TABLE suspects ON COMMIT DROP AS
    WITH d AS MATERIALIZED (SELECT DISTINCT digest FROM perhaps_repeated)
    SELECT s.number, s.token, s.card, s.phone, s.email, s.verdict::text, ''::text AS reason FROM imports_stagedrow s
    WHERE s.batch_id = %(batch)s AND s.verdict IN ('', 'quarantined') AND (
        s.token IN (SELECT digest FROM d) OR s.card IN (SELECT digest FROM d)
        OR s.phone IN (SELECT digest FROM d) OR s.email IN (SELECT digest FROM d))
"""
# Strongest identifier first: of rows that share one the last counts. An earlier row that names a different person by
# something stronger is no repeat but a contradiction, which an officer has to look at.
_REPEATS = """
    UPDATE suspects s
    SET verdict = CASE WHEN {contradiction} THEN 'conflict' ELSE 'duplicate' END,
        reason = CASE WHEN {contradiction} THEN 'shared-in-file' ELSE 'repeated' END
    FROM (SELECT {shared} AS digest, max(number) AS number FROM suspects
          WHERE verdict IN ('', 'quarantined') AND {shared} IS NOT NULL
          GROUP BY 1 HAVING count(*) > 1) AS g
    JOIN suspects o ON o.number = g.number
    WHERE s.{shared} = g.digest AND s.number < g.number AND s.verdict = ''
"""
_UNDATED = """
    SELECT count(*) FROM imports_stagedrow
    WHERE batch_id = %(batch)s AND verdict = ''
      AND jsonb_path_exists(acts, 'strict $[*] ? (@[2] == "given" && @[3] == null)')
"""
UNDATED = "consents-undated"
_STRENGTH = ("token", "card", "phone", "email")
_WRITE_BACK = """
    UPDATE imports_stagedrow s SET verdict = x.verdict, reason = x.reason FROM suspects x
    WHERE s.batch_id = %(batch)s AND s.number = x.number AND x.reason <> ''
"""


def find_repeats(batch: Batch) -> None:
    """Give a verdict to rows that a later row of the file overrules; on the connection that staged them."""
    params = {"batch": batch.pk}
    if _asks(batch):
        _note_undated(batch)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.suspects")
        cursor.execute(_SUSPECTS, params)
        if not cursor.rowcount:
            return
        cursor.execute("ANALYZE suspects")
        for position, shared in enumerate(_STRENGTH):
            contradiction = _differing(_STRENGTH[:position])
            cursor.execute(sql.SQL(_REPEATS).format(shared=sql.Identifier(shared), contradiction=contradiction))
        cursor.execute(_WRITE_BACK, params)


def _note_undated(batch: Batch) -> None:
    """Have it told how many agreed nobody says when: those are no consents."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDATED, {"batch": batch.pk})
        (rows,) = cursor.fetchone()
    notes = [note for note in batch.notes if note["code"] != UNDATED]
    batch.notes = [*notes, {"code": UNDATED, "params": {"count": rows}}] if rows else notes


def _differing(stronger: tuple[str, ...]) -> sql.Composable:
    pairs = [sql.SQL("s.{0} <> o.{0}").format(sql.Identifier(name)) for name in stronger]
    return sql.SQL("({}) IS TRUE").format(sql.SQL(" OR ").join(pairs)) if pairs else sql.SQL("false")


def _intake(batch: Batch, first: int, last: int, at: datetime | None = None) -> Intake:
    nobody_known = [first, last] in batch.all_new
    return Intake(RELATION, batch.pk, first, last, batch.partner, batch.created_at, at, nobody_known)


def _asks(batch: Batch) -> bool:
    """Whether columns of the file say who agrees to something."""
    return asks_for_consent(batch.layout["fields"])


def judge(batch: Batch, first: int, last: int, *, to_merge: bool = False) -> None:
    """Make `judged_rows` of rows `first` to `last`."""
    intake = _intake(batch, first, last, clock.now() if to_merge else None)
    judge_members(intake)
    if _asks(batch):
        gather_answers(intake, to_record=to_merge)


def merge(batch: Batch, first: int, last: int) -> None:
    """Store what `judge` found to be new or updated, and keep what undoing it would need. Raises Overtaken."""
    chunk = MergedChunk.objects.create(batch=batch, first=first, last=last, at=clock.now())
    intake = _intake(batch, first, last, chunk.at)
    hold_updated(intake)
    remember(chunk)
    merge_members(intake)
    if _asks(batch):
        record_gathered(actor=batch.confirmed_by, intake=intake, answers=True)
