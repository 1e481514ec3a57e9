"""What many people did, from a staging table: whom each row is about, and set-based insert and update of records.

The staging relation belongs to whoever calls. It has the columns `batch_id, number, verdict` (rows with a verdict are
left alone), digests `token, card, phone, email`, and `category, record_key, occurred_at, payload, payload_digest`.
Nobody is made of activity, and nobody gets an identifier by it. No statement here is run per row.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection, transaction
from psycopg import sql

from apps.policies.registry import GEOLOCATION
from apps.subjects.services.bulk import Intake, Overtaken


class Permission(Protocol):
    """A condition in SQL: a permission carries what happened to the person in column `subject` at the moment in `at`
    (both `alias.column`). The app that keeps permissions gives it.
    """

    def __call__(self, *, subject: str, at: str) -> sql.Composable:
        """The condition."""


@dataclass(frozen=True)
class ActivityIntake(Intake):
    """Rows of activity; `observed_at` is when the batch came: of two files that speak of one event the later counts.

    Exact locations come in only where `located` holds (P07).
    """

    located: Permission


# As members' rows: a token, card or phone decides whose row it is, an e-mail only where nothing stronger speaks.
_JUDGE = """
CREATE TEMP TABLE judged_rows ON COMMIT DROP AS
WITH matched AS MATERIALIZED (
    SELECT s.number, s.token, s.card, s.phone, s.email, s.category, s.record_key, s.occurred_at, s.payload_digest,
           t.subject_id AS by_token, c.subject_id AS by_card, p.subject_id AS by_phone, e.subject_id AS by_email,
           COALESCE(t.subject_id, c.subject_id, p.subject_id) AS strong,
           COALESCE(t.subject_id, c.subject_id, p.subject_id, e.subject_id) AS subject_id
    FROM {staged} s
    LEFT JOIN subjects_identifier t ON t.digest = s.token AND t.kind = 'token'
    LEFT JOIN subjects_identifier c ON c.digest = s.card AND c.kind = 'card'
    LEFT JOIN subjects_identifier p ON p.digest = s.phone AND p.kind = 'phone'
    LEFT JOIN subjects_identifier e ON e.digest = s.email AND e.kind = 'email'
    WHERE s.batch_id = %(batch)s AND s.number BETWEEN %(first)s AND %(last)s AND s.verdict = ''
), reasoned AS (
    SELECT m.number, m.subject_id, m.category, m.record_key, m.payload_digest,
        (m.strong IS NOT NULL AND m.by_email <> m.strong) IS TRUE AS email_taken,
        CASE
        WHEN EXISTS (
            SELECT FROM subjects_awaitedrestriction d WHERE d.digest IN (m.token, m.card, m.phone,
                CASE WHEN m.token IS NULL AND m.card IS NULL AND m.phone IS NULL THEN m.email END)
        ) THEN 'restricted'
        WHEN m.subject_id IS NULL THEN 'nobody-known'
        WHEN m.by_token <> m.by_card OR m.by_token <> m.by_phone OR m.by_card <> m.by_phone THEN 'two-people'
        WHEN m.token IS NOT NULL AND m.by_token IS NULL AND EXISTS (
            SELECT FROM subjects_identifier i WHERE i.subject_id = m.subject_id AND i.kind = 'token'
        ) THEN 'other-token'
        WHEN m.strong IS NULL AND EXISTS (
            SELECT FROM subjects_identifier i WHERE i.subject_id = m.subject_id
            AND ((i.kind = 'phone' AND m.phone IS NOT NULL)
                 OR (i.kind = 'card' AND m.card IS NOT NULL AND i.partner_id = %(partner)s))
        ) THEN 'other-phone'
        WHEN u.restricted_at IS NOT NULL THEN 'restricted'
        WHEN m.category = {geolocation} AND NOT {located} THEN 'no-permission'
        ELSE '' END AS reason
    FROM matched m LEFT JOIN subjects_subject u ON u.id = m.subject_id
), told_apart AS (
    SELECT r.number, r.subject_id, r.category, r.record_key, r.payload_digest, r.email_taken, CASE
        WHEN r.reason = '' AND r.number < max(r.number) FILTER (WHERE r.reason = '')
             OVER (PARTITION BY r.subject_id, r.category, r.record_key) THEN 'repeated-activity'
        ELSE r.reason END AS reason
    FROM reasoned r
)
SELECT r.number, r.subject_id, r.email_taken, r.reason,
    CASE r.reason
    WHEN 'nobody-known' THEN 'refused' WHEN 'no-permission' THEN 'refused' WHEN 'restricted' THEN 'skipped'
    WHEN 'repeated-activity' THEN 'duplicate'
    WHEN '' THEN CASE
        WHEN k.id IS NULL THEN 'new'
        WHEN k.payload_digest <> r.payload_digest AND k.recorded_at <= %(observed_at)s THEN 'updated'
        ELSE 'unchanged' END
    ELSE 'conflict' END AS verdict
FROM told_apart r
LEFT JOIN subjects_personalrecord k ON r.reason = '' AND k.subject_id = r.subject_id AND k.partner_id = %(partner)s
    AND k.category_id = r.category AND k.key = r.record_key
"""

_HOLD = """
    SELECT u.id FROM subjects_subject u
    WHERE u.id IN (SELECT subject_id FROM judged_rows WHERE verdict IN ('new', 'updated'))
    ORDER BY u.id FOR NO KEY UPDATE
"""
# Whoever was blocked, merged or erased, or took a permission back, before their row was held.
_CHANGED_MEANWHILE = """
    SELECT EXISTS (SELECT FROM judged_rows j JOIN {staged} s ON s.batch_id = %(batch)s AND s.number = j.number
    LEFT JOIN subjects_subject u ON u.id = j.subject_id
    WHERE j.verdict IN ('new', 'updated') AND (
        u.id IS NULL OR u.restricted_at IS NOT NULL OR u.merged_into_id IS NOT NULL
        OR (s.category = {geolocation} AND NOT {still_located})))
"""
# `recorded_at` is when the file came that says so, not when it was merged: files are merged in any order.
_UPSERT = """
    INSERT INTO subjects_personalrecord AS k
        (subject_id, category_id, partner_id, source, key, observed_at, recorded_at, payload, payload_digest)
    SELECT j.subject_id, s.category, %(partner)s, %(source)s, s.record_key, s.occurred_at, %(observed_at)s, s.payload,
           s.payload_digest
    FROM judged_rows j JOIN {staged} s ON s.batch_id = %(batch)s AND s.number = j.number
    WHERE j.verdict IN ('new', 'updated')
    ORDER BY j.subject_id, s.category, s.record_key
    ON CONFLICT (subject_id, partner_id, category_id, key) DO UPDATE
    SET payload = excluded.payload, payload_digest = excluded.payload_digest, source = excluded.source,
        observed_at = excluded.observed_at, recorded_at = excluded.recorded_at
    WHERE k.payload_digest <> excluded.payload_digest AND k.recorded_at <= excluded.recorded_at
"""


def _run(intake: ActivityIntake, statement: str) -> Any:
    """Execute a statement over the rows; the cursor's first value, where it gives one."""
    composed = sql.SQL(statement).format(
        staged=sql.Identifier(intake.relation),
        geolocation=sql.Literal(GEOLOCATION),
        located=intake.located(subject="m.subject_id", at="m.occurred_at"),
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


@transaction.atomic
def merge_activity(intake: ActivityIntake) -> None:
    """Store what `judge_activity` found to be new or updated. Raises Overtaken, after which nothing is kept.

    The caller has the people locked from before the judging, has checked the permission and records the audit entry.
    """
    _run(intake, _HOLD)
    if _run(intake, _CHANGED_MEANWHILE):
        raise Overtaken
    _run(intake, _UPSERT)
