"""What many people did, from a staging table: whom each row is about, and set-based insert and update of records.

The staging relation belongs to whoever calls. It has the columns `batch_id, number, verdict` (rows with a verdict are
left alone), digests `token, card, phone, email`, and `category, record_key, occurred_at, payload, payload_digest`.
Nobody is made of activity, and nobody gets an identifier by it. No statement here is run per row.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import connection
from psycopg import sql

from apps.policies.registry import GEOLOCATION
from apps.subjects.services.bulk import Intake
from apps.subjects.services.bulk_locks import Overtaken
from apps.subjects.services.whose import whose


class Permission(Protocol):
    """A condition in SQL: a permission carries what happened to the person in column `subject` at the moment in `at`
    (both `alias.column`). The app that keeps permissions gives it.
    """

    def __call__(self, *, subject: str, at: str) -> sql.Composable:
        """The condition."""


@dataclass(frozen=True)
class ActivityIntake(Intake):
    """Rows of activity. `observed_at` is when the batch came, kept as `reported_at`: of two files that speak of one
    event the later counts. Exact locations come in only where `located` holds (P07).
    """

    located: Permission = field(kw_only=True)


_JUDGE = """
CREATE TEMP TABLE judged_rows ON COMMIT DROP AS
WITH {matched}, placed AS (
    SELECT {found}, s.category, s.record_key, s.occurred_at, s.payload_digest
    FROM {staged} s LEFT JOIN matched m ON m.number = s.number LEFT JOIN awaited a ON a.number = s.number
    WHERE {rows} AND s.verdict = ''
), reasoned AS (
    SELECT p.*, (p.strong IS NOT NULL AND p.by_email <> p.strong) IS TRUE AS email_taken,
        CASE
        WHEN p.awaited THEN 'restricted'
        WHEN p.subject_id IS NULL THEN 'nobody-known'
        {contradicted}
        WHEN u.restricted_at IS NOT NULL THEN 'restricted'
        WHEN p.category = {geolocation} AND NOT {located} THEN 'no-permission'
        ELSE '' END AS reason
    FROM placed p LEFT JOIN LATERAL (
        SELECT u.restricted_at FROM subjects_subject u WHERE u.id = p.subject_id OFFSET 0) AS u ON true
), told_apart AS (
    SELECT r.number, r.subject_id, r.category, r.record_key, r.payload_digest, r.email_taken, CASE
        WHEN r.reason = '' AND r.number < max(r.number) FILTER (WHERE r.reason = '')
             OVER (PARTITION BY r.subject_id, r.category, r.record_key) THEN 'repeated-activity'
        ELSE r.reason END AS reason
    FROM reasoned r
)
SELECT r.number, r.subject_id, r.email_taken, r.reason,
    CASE
    WHEN r.reason IN ('nobody-known', 'no-permission') THEN 'refused'
    WHEN r.reason = 'restricted' THEN 'skipped'
    WHEN r.reason = 'repeated-activity' THEN 'duplicate'
    WHEN r.reason <> '' THEN 'conflict'
    WHEN k.payload_digest IS NULL THEN 'new'
    WHEN k.payload_digest <> r.payload_digest AND k.reported_at <= %(observed_at)s THEN 'updated'
    ELSE 'unchanged' END AS verdict
FROM told_apart r LEFT JOIN LATERAL (
    SELECT k.payload_digest, k.reported_at FROM subjects_personalrecord k
    WHERE r.reason = '' AND k.subject_id = r.subject_id AND k.partner_id = %(partner)s AND k.category_id = r.category
        AND k.key = r.record_key OFFSET 0) AS k ON true
"""

_HOLD = """
    SELECT u.id FROM subjects_subject u
    WHERE u.id IN (SELECT subject_id FROM judged_rows WHERE verdict IN ('new', 'updated'))
    ORDER BY u.id FOR NO KEY UPDATE
"""
# Whoever was blocked, merged or erased, or took a permission back, before their row was held.
_CHANGED_MEANWHILE = """
    SELECT EXISTS (SELECT FROM judged_rows j JOIN {staged} s ON {rows} AND s.number = j.number
    LEFT JOIN subjects_subject u ON u.id = j.subject_id
    WHERE j.verdict IN ('new', 'updated') AND (
        u.id IS NULL OR u.restricted_at IS NOT NULL OR u.merged_into_id IS NOT NULL
        OR (s.category = {geolocation} AND NOT {still_located})))
"""
_UPSERT = """
    INSERT INTO subjects_personalrecord AS k (subject_id, category_id, partner_id, source, key, observed_at,
                                              reported_at, recorded_at, payload, payload_digest)
    SELECT j.subject_id, s.category, %(partner)s, %(source)s, s.record_key, s.occurred_at, %(observed_at)s, %(now)s,
           s.payload, s.payload_digest
    FROM judged_rows j JOIN {staged} s ON {rows} AND s.number = j.number
    WHERE j.verdict IN ('new', 'updated')
    ORDER BY j.subject_id, s.category, s.record_key
    ON CONFLICT (subject_id, partner_id, category_id, key) DO UPDATE
    SET payload = excluded.payload, payload_digest = excluded.payload_digest, source = excluded.source,
        observed_at = excluded.observed_at, reported_at = excluded.reported_at, recorded_at = excluded.recorded_at
    WHERE k.payload_digest <> excluded.payload_digest AND k.reported_at <= excluded.reported_at
"""


def _run(intake: ActivityIntake, statement: str) -> Any:
    """Execute a statement over the rows; the cursor's first value, where it gives one."""
    composed = sql.SQL(statement).format(
        **whose(intake.relation),
        geolocation=sql.Literal(GEOLOCATION),
        located=intake.located(subject="p.subject_id", at="p.occurred_at"),
        still_located=intake.located(subject="j.subject_id", at="s.occurred_at"),
    )
    with connection.cursor() as cursor:
        cursor.execute(composed, intake.params)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def judge_activity(intake: ActivityIntake) -> None:
    """Make the temporary table `judged_rows` (number, subject_id, email_taken, reason, verdict).

    Verdicts are `new updated unchanged`, or with a reason `refused skipped duplicate conflict`. Changes nothing else.
    """
    _run(intake, "DROP TABLE IF EXISTS pg_temp.judged_rows")
    _run(intake, _JUDGE)
    _run(intake, "ANALYZE judged_rows")


def hold_people(intake: ActivityIntake) -> None:
    """Hold the rows of those to whom `judge_activity` found something to add. Raises Overtaken when one was blocked,
    merged or erased meanwhile, or took a permission back.
    """
    _run(intake, _HOLD)
    if _run(intake, _CHANGED_MEANWHILE):
        raise Overtaken


def merge_activity(intake: ActivityIntake) -> None:
    """Store what `judge_activity` found to be new or updated, with `at` as its time.

    The caller has the people locked from before the judging and holds those concerned, has checked the permission and
    records the audit entry.
    """
    _run(intake, _UPSERT)
