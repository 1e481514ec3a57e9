"""Many people at once, from a staging table: whom each row is about, and set-based insert and update of them.

The staging relation belongs to whoever calls. It has the columns `batch_id, number, verdict` (rows with a verdict are
left alone), digests `token, card, phone, email` with sealed `…_value`, `nameless, language`, and for each of CATEGORIES
a sealed payload and its digest. No statement here is run per row.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction
from psycopg import sql

from apps.core import clock
from apps.core.keyring import keyring
from apps.partners.models import Partner
from apps.subjects.choices import Source

# Data categories that a staged row may carry; one record each for a person and origin.
CATEGORIES = ("identity", "address", "points", "purchases")

# Every caller that inserts many people takes this lock for its transaction: two that overlap would otherwise each make
# the same person, or wait for each other in a ring.
_LOCK = 1_399_153_779


class Overtaken(Exception):
    """Somebody else stored one of the same identifiers meanwhile. Roll back, and judge the rows anew."""


@dataclass(frozen=True)
class Intake:
    """Rows `first` to `last` of one batch in a staging relation, from `partner`, true as of `observed_at`."""

    relation: str
    batch: int
    first: int
    last: int
    partner: Partner
    observed_at: datetime

    @property
    def params(self) -> dict[str, Any]:
        """Parameters of the statements below."""
        source = Source.PROFILE if self.partner.code == Partner.OPERATOR else Source.PARTNER
        return {
            "batch": self.batch, "first": self.first, "last": self.last, "partner": self.partner.pk,
            "observed_at": self.observed_at, "now": clock.now(), "source": source.value,
        }  # fmt: skip


def payload_digest(plain: bytes) -> bytes:
    """By which a record's payload (its JSON) is compared without being read."""
    return keyring().digest("payload", plain.decode())


_PAYLOADS = "(VALUES " + ", ".join(f"('{c}', s.{c}, s.{c}_digest)" for c in CATEGORIES) + ")"
_IDENTIFIERS = """(VALUES ('token', s.token, s.token_value), ('card', s.card, s.card_value),
    ('phone', s.phone, s.phone_value), ('email', CASE WHEN NOT j.email_taken THEN s.email END, s.email_value))"""

# Token, card and phone are strong: they decide whose row it is. An e-mail, which families share, only where nothing
# stronger speaks, and only if the person it leads to has nothing stronger that says otherwise.
_JUDGE = """
CREATE TEMP TABLE judged_rows ON COMMIT DROP AS
WITH matched AS MATERIALIZED (
    SELECT s.number, s.token, s.card, s.phone, s.email, s.nameless,
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
    SELECT m.*,
        (m.strong IS NOT NULL AND m.by_email <> m.strong) IS TRUE AS email_taken,
        CASE
        WHEN EXISTS (
            SELECT FROM subjects_awaitedrestriction d WHERE d.digest IN (m.token, m.card, m.phone,
                CASE WHEN m.token IS NULL AND m.card IS NULL AND m.phone IS NULL THEN m.email END)
        ) THEN 'restricted'
        WHEN m.subject_id IS NULL THEN CASE WHEN m.nameless THEN 'names-nobody' ELSE '' END
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
        ELSE '' END AS reason,
        (m.token IS NOT NULL AND m.by_token IS NULL)::int + (m.card IS NOT NULL AND m.by_card IS NULL)::int
        + (m.phone IS NOT NULL AND m.by_phone IS NULL)::int + (m.email IS NOT NULL AND m.by_email IS NULL)::int AS fresh
    FROM matched m LEFT JOIN subjects_subject u ON u.id = m.subject_id
), told_apart AS (
    SELECT r.number, r.subject_id, r.fresh, r.email_taken, CASE
        WHEN r.reason = '' AND r.subject_id IS NOT NULL AND r.number <
             max(r.number) FILTER (WHERE r.reason = '') OVER (PARTITION BY r.subject_id) THEN 'same-person'
        ELSE r.reason END AS reason
    FROM reasoned r
)
SELECT r.number, r.subject_id, r.fresh, r.email_taken, r.reason,
    CASE r.reason
    WHEN 'names-nobody' THEN 'refused' WHEN 'restricted' THEN 'skipped' WHEN 'same-person' THEN 'duplicate'
    WHEN '' THEN CASE
        WHEN r.subject_id IS NULL THEN 'new'
        WHEN r.fresh > 0 OR {differs} THEN 'updated'
        ELSE 'unchanged' END
    ELSE 'conflict' END AS verdict
FROM told_apart r
"""
_DIFFERS = """EXISTS (
    SELECT FROM {staged} s JOIN subjects_subject u ON u.id = r.subject_id CROSS JOIN LATERAL {payloads}
        AS v(category, payload, digest)
    LEFT JOIN subjects_personalrecord k ON k.subject_id = r.subject_id AND k.partner_id = %(partner)s
        AND k.category_id = v.category AND k.key = ''
    WHERE s.batch_id = %(batch)s AND s.number = r.number
      AND ((u.language = '' AND s.language <> '') OR (v.digest IS NOT NULL AND (
           k.id IS NULL OR (k.payload_digest <> v.digest AND k.observed_at <= %(observed_at)s)))))"""

_HOLD = """
    SELECT u.id FROM subjects_subject u
    WHERE u.id IN (SELECT subject_id FROM judged_rows WHERE verdict = 'updated') ORDER BY u.id FOR NO KEY UPDATE
"""
_BLOCKED_MEANWHILE = """
    SELECT EXISTS (SELECT FROM judged_rows j LEFT JOIN subjects_subject u ON u.id = j.subject_id
    WHERE j.verdict = 'updated' AND (u.id IS NULL OR u.restricted_at IS NOT NULL OR u.merged_into_id IS NOT NULL))
"""
_NAME_NEW = """
    UPDATE judged_rows SET subject_id = nextval(pg_get_serial_sequence('subjects_subject', 'id'))
    WHERE verdict = 'new'
"""
_INSERT_SUBJECTS = """
    INSERT INTO subjects_subject (id, created_at, language, restriction_reason)
    SELECT j.subject_id, %(now)s, s.language, '' FROM judged_rows j
    JOIN {staged} s ON s.batch_id = %(batch)s AND s.number = j.number WHERE j.verdict = 'new'
"""
_INSERT_IDENTIFIERS = """
    INSERT INTO subjects_identifier (subject_id, kind, digest, value, partner_id, created_at)
    SELECT j.subject_id, v.kind, v.digest, v.value, CASE WHEN v.kind = 'card' THEN %(partner)s END, %(now)s
    FROM judged_rows j JOIN {staged} s ON s.batch_id = %(batch)s AND s.number = j.number
    CROSS JOIN LATERAL {identifiers} AS v(kind, digest, value)
    WHERE (j.verdict = 'new' OR (j.verdict = 'updated' AND j.fresh > 0)) AND v.digest IS NOT NULL
    ON CONFLICT (digest, kind) DO NOTHING
"""
_UPSERT_RECORDS = """
    INSERT INTO subjects_personalrecord AS k
        (subject_id, category_id, partner_id, source, key, observed_at, recorded_at, payload, payload_digest)
    SELECT j.subject_id, v.category, %(partner)s, %(source)s, '', %(observed_at)s, %(now)s, v.payload, v.digest
    FROM judged_rows j JOIN {staged} s ON s.batch_id = %(batch)s AND s.number = j.number
    CROSS JOIN LATERAL {payloads} AS v(category, payload, digest)
    WHERE j.verdict IN ('new', 'updated') AND v.digest IS NOT NULL
    ON CONFLICT (subject_id, partner_id, category_id, key) DO UPDATE
    SET payload = excluded.payload, payload_digest = excluded.payload_digest, source = excluded.source,
        observed_at = excluded.observed_at, recorded_at = excluded.recorded_at
    WHERE k.payload_digest <> excluded.payload_digest AND k.observed_at <= excluded.observed_at
"""
_SET_LANGUAGES = """
    UPDATE subjects_subject u SET language = s.language
    FROM judged_rows j JOIN {staged} s ON s.batch_id = %(batch)s AND s.number = j.number
    WHERE j.verdict = 'updated' AND u.id = j.subject_id AND u.language = '' AND s.language <> ''
"""


def _composed(statement: str, relation: str) -> sql.Composed:
    names = {"staged": sql.Identifier(relation), "payloads": sql.SQL(_PAYLOADS), "identifiers": sql.SQL(_IDENTIFIERS)}
    differs = sql.SQL(_DIFFERS).format(**{k: names[k] for k in ("staged", "payloads")})
    return sql.SQL(statement).format(**names, differs=differs)


def _run(statement: str, relation: str, params: Mapping[str, Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_composed(statement, relation), params)
        changed: int = cursor.rowcount
        return changed


def _is_true(statement: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return bool(cursor.fetchone()[0])


def judge_members(intake: Intake) -> None:
    """Make the temporary table `judged_rows` (number, subject_id, fresh, email_taken, reason, verdict).

    Verdicts are `new updated unchanged`, or with a reason `refused skipped duplicate conflict`; `fresh` counts
    identifiers that nobody has yet. Changes nothing else.
    """
    _run("DROP TABLE IF EXISTS pg_temp.judged_rows", intake.relation)
    _run(_JUDGE, intake.relation, intake.params)
    _run("ANALYZE judged_rows", intake.relation)


def lock_people() -> None:
    """Until the end of the transaction nobody else brings in many people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@contextmanager
def people_locked() -> Iterator[None]:
    """As `lock_people`, for a block outside a transaction: several connections of the caller may work in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        yield
    finally:
        with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:  # a lost connection holds no lock
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def refresh_statistics() -> None:
    """After many rows came in: plans made for the tables as they were before would go through them row by row."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE subjects_subject, subjects_identifier, subjects_personalrecord")


@transaction.atomic
def merge_members(intake: Intake) -> None:
    """Store what `judge_members` found to be new or updated. Raises Overtaken, after which nothing is kept.

    The caller has the people locked from before the judging, has checked the permission and records the audit entry.
    """
    _run(_HOLD, intake.relation)
    if _is_true(_BLOCKED_MEANWHILE):
        raise Overtaken
    _run(_NAME_NEW, intake.relation)
    expected = _fresh_identifiers()
    _run(_INSERT_SUBJECTS, intake.relation, intake.params)
    if _run(_INSERT_IDENTIFIERS, intake.relation, intake.params) != expected:
        raise Overtaken
    _run(_UPSERT_RECORDS, intake.relation, intake.params)
    _run(_SET_LANGUAGES, intake.relation, intake.params)


def _fresh_identifiers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(fresh), 0) FROM judged_rows WHERE verdict IN ('new', 'updated')")
        fresh: int = cursor.fetchone()[0]
        return fresh
