"""Many people at once, from a staging table: whom each row is about, and set-based insert and update of them.

The staging relation belongs to whoever calls. It has the columns `batch_id, number, verdict` (rows with a verdict are
left alone), digests `token, card, phone, email` with sealed `…_value`, `nameless, language`, and for each of CATEGORIES
a sealed payload and its digest. No statement here is run per row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from apps.core.keyring import keyring
from apps.partners.models import Partner
from apps.subjects.choices import Source
from apps.subjects.models import AwaitedRestriction
from apps.subjects.services.bulk_locks import Overtaken
from apps.subjects.services.whose import whose

# Data categories that a staged row may carry; one record each for a person and origin.
CATEGORIES = ("identity", "address", "points", "purchases")


@dataclass(frozen=True)
class Intake:
    """Rows `first` to `last` of one batch in a staging relation, from `partner`, true as of `observed_at`."""

    relation: str
    batch: int
    first: int
    last: int
    partner: Partner
    observed_at: datetime
    # When they are merged: the time of all that comes in. Who is new gets a number when they are judged for that.
    at: datetime | None = None
    # When they were judged before nobody of them was known: then the insert alone finds out whether that still holds.
    nobody_known: bool = False

    @property
    def params(self) -> dict[str, Any]:
        """Parameters of the statements below."""
        source = Source.PROFILE if self.partner.code == Partner.OPERATOR else Source.PARTNER
        return {
            "batch": self.batch, "first": self.first, "last": self.last, "partner": self.partner.pk,
            "observed_at": self.observed_at, "now": self.at, "source": source.value,
            "naming": self.at is not None, "ids": "subjects_subject_id_seq",
        }  # fmt: skip


def payload_digester() -> Callable[[bytes], bytes]:
    """What makes of a record's payload (its JSON) the digest by which it is compared without being read."""
    return keyring().digester("payload")


_PAYLOADS = "(VALUES " + ", ".join(f"('{c}', s.{c}, s.{c}_digest)" for c in CATEGORIES) + ")"
_OF_T = sql.SQL(", ".join(f"t.{c}_digest" for c in CATEGORIES))
_SAID = " ".join(f"WHEN '{c}' THEN t.{c}_digest" for c in CATEGORIES)
_IDENTIFIERS = """(VALUES ('token', s.token, s.token_value), ('card', s.card, s.card_value),
    ('phone', s.phone, s.phone_value), ('email', CASE WHEN NOT j.email_taken THEN s.email END, s.email_value))"""

_JUDGE = """
CREATE TEMP TABLE judged_rows ON COMMIT DROP AS
WITH {matched}, placed AS (
    SELECT {found}, s.nameless, s.language, {digests},
           num_nonnulls(s.token, s.card, s.phone, s.email) - COALESCE(m.known, 0) AS fresh
    FROM {staged} s LEFT JOIN matched m ON m.number = s.number LEFT JOIN awaited a ON a.number = s.number
    WHERE {rows} AND s.verdict = ''
), reasoned AS (
    SELECT p.*, u.language AS known_language, (p.strong IS NOT NULL AND p.by_email <> p.strong) IS TRUE AS email_taken,
        CASE
        WHEN p.awaited THEN 'restricted'
        WHEN p.subject_id IS NULL THEN CASE WHEN p.nameless THEN 'names-nobody' ELSE '' END
        {contradicted}
        WHEN u.restricted_at IS NOT NULL THEN 'restricted'
        ELSE '' END AS reason
    FROM placed p LEFT JOIN LATERAL (
        SELECT u.restricted_at, u.language FROM subjects_subject u WHERE u.id = p.subject_id OFFSET 0) AS u ON true
), told_apart AS (
    SELECT r.*, r.reason = '' AND r.subject_id IS NOT NULL AND r.number <
           max(r.number) FILTER (WHERE r.reason = '') OVER (PARTITION BY r.subject_id) AS overruled
    FROM reasoned r
), decided AS (
    SELECT t.number, t.subject_id, t.fresh, t.email_taken,
        CASE WHEN t.overruled THEN 'same-person' ELSE t.reason END AS reason,
        CASE
        WHEN t.overruled THEN 'duplicate'
        WHEN t.reason = 'names-nobody' THEN 'refused'
        WHEN t.reason = 'restricted' THEN 'skipped'
        WHEN t.reason <> '' THEN 'conflict'
        WHEN t.subject_id IS NULL THEN 'new'
        WHEN t.fresh > 0 OR {differs} THEN 'updated'
        ELSE 'unchanged' END AS verdict
    FROM told_apart t
)
SELECT d.number, COALESCE(d.subject_id, CASE WHEN d.verdict = 'new' AND %(naming)s THEN nextval(%(ids)s) END)
       AS subject_id, d.fresh, d.email_taken, d.reason, d.verdict
FROM decided d
"""
# What the above says of rows that name nobody whom a register knows.
_JUDGE_NEW = """
CREATE TEMP TABLE judged_rows ON COMMIT DROP AS
SELECT s.number, CASE WHEN %(naming)s AND NOT s.nameless THEN nextval(%(ids)s) END AS subject_id,
       num_nonnulls(s.token, s.card, s.phone, s.email) AS fresh, false AS email_taken,
       CASE WHEN s.nameless THEN 'names-nobody' ELSE '' END AS reason,
       CASE WHEN s.nameless THEN 'refused' ELSE 'new' END AS verdict
FROM {staged} s WHERE {rows} AND s.verdict = ''
"""
# Of what the row says, less than all is known as it says it. What a newer file said stays.
_DIFFERS = """((t.known_language = '' AND t.language <> '') OR num_nonnulls({digests}) > (
    SELECT count(*) FROM subjects_personalrecord k
    WHERE k.subject_id = t.subject_id AND k.partner_id = %(partner)s AND k.key = '' AND CASE k.category_id {said} END
        IS NOT NULL AND (k.observed_at > %(observed_at)s OR k.payload_digest = CASE k.category_id {said} END)))"""

_HOLD = """
    SELECT u.id FROM subjects_subject u
    WHERE u.id IN (SELECT subject_id FROM judged_rows WHERE verdict = 'updated') ORDER BY u.id FOR NO KEY UPDATE
"""
_BLOCKED_MEANWHILE = """
    SELECT EXISTS (SELECT FROM judged_rows j LEFT JOIN subjects_subject u ON u.id = j.subject_id
    WHERE j.verdict = 'updated' AND (u.id IS NULL OR u.restricted_at IS NOT NULL OR u.merged_into_id IS NOT NULL))
"""
_INSERT_SUBJECTS = """
    INSERT INTO subjects_subject (id, created_at, language, restriction_reason)
    SELECT j.subject_id, %(now)s, s.language, '' FROM judged_rows j
    JOIN {staged} s ON {rows} AND s.number = j.number WHERE j.verdict = 'new'
"""
# Numbered in the order of the file, stored in the order of the digests: their index is gone through once, from the
# beginning to the end.
_INSERT_IDENTIFIERS = """
    INSERT INTO subjects_identifier (id, subject_id, kind, digest, value, partner_id, created_at)
    SELECT n.id, n.subject_id, n.kind, n.digest, n.value, CASE WHEN n.kind = 'card' THEN %(partner)s END, %(now)s
    FROM (
        SELECT nextval('subjects_identifier_id_seq') AS id, j.subject_id, v.kind, v.digest, v.value
        FROM judged_rows j JOIN {staged} s ON {rows} AND s.number = j.number
        CROSS JOIN LATERAL {identifiers} AS v(kind, digest, value)
        WHERE j.verdict = 'new' AND v.digest IS NOT NULL OFFSET 0
    ) n ORDER BY n.digest
"""
_ADD_IDENTIFIERS = (
    _INSERT_IDENTIFIERS.replace("j.verdict = 'new'", "j.verdict = 'updated' AND j.fresh > 0")
    + """
    ON CONFLICT (digest, kind) DO NOTHING
"""
)
_INSERT_RECORDS = """
    INSERT INTO subjects_personalrecord AS k
        (subject_id, category_id, partner_id, source, key, observed_at, recorded_at, payload, payload_digest)
    SELECT j.subject_id, v.category, %(partner)s, %(source)s, '', %(observed_at)s, %(now)s, v.payload, v.digest
    FROM judged_rows j JOIN {staged} s ON {rows} AND s.number = j.number
    CROSS JOIN LATERAL {payloads} AS v(category, payload, digest)
    WHERE j.verdict = 'new' AND v.digest IS NOT NULL
"""
_UPSERT_RECORDS = (
    _INSERT_RECORDS.replace("j.verdict = 'new'", "j.verdict = 'updated'")
    + """
    ON CONFLICT (subject_id, partner_id, category_id, key) DO UPDATE
    SET payload = excluded.payload, payload_digest = excluded.payload_digest, source = excluded.source,
        observed_at = excluded.observed_at, recorded_at = excluded.recorded_at
    WHERE k.payload_digest <> excluded.payload_digest AND k.observed_at <= excluded.observed_at
"""
)
_SET_LANGUAGES = """
    UPDATE subjects_subject u SET language = s.language
    FROM judged_rows j JOIN {staged} s ON {rows} AND s.number = j.number
    WHERE j.verdict = 'updated' AND u.id = j.subject_id AND u.language = '' AND s.language <> ''
"""


def _composed(statement: str, relation: str) -> sql.Composed:
    parts = {
        "payloads": _PAYLOADS, "identifiers": _IDENTIFIERS, "said": _SAID,
        "digests": ", ".join(f"s.{c}_digest" for c in CATEGORIES),
    }  # fmt: skip
    names: dict[str, sql.Composable] = {**whose(relation), **{name: sql.SQL(part) for name, part in parts.items()}}
    names["differs"] = sql.SQL(_DIFFERS).format(said=names["said"], digests=_OF_T)
    return sql.SQL(statement).format(**names)


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
    _run(_JUDGE_NEW if _nobody_known(intake) else _JUDGE, intake.relation, intake.params)
    _run("ANALYZE judged_rows", intake.relation)


def _nobody_known(intake: Intake) -> bool:
    """Whether no register knows anything that the rows name; found out by the first that one does."""
    if AwaitedRestriction.objects.exists():
        return False
    if intake.at is not None and intake.nobody_known:
        return True
    with connection.cursor() as cursor:
        cursor.execute(_composed("SELECT EXISTS ({known})", intake.relation), intake.params)
        return not cursor.fetchone()[0]


def refresh_statistics() -> None:
    """After many rows came in: plans made for the tables as they were before would go through them row by row.

    A small sample will do: taking a large one costs as much as storing a tenth of a million rows.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL default_statistics_target = 10")
        cursor.execute("ANALYZE subjects_subject, subjects_identifier, subjects_personalrecord")


def hold_updated(intake: Intake) -> None:
    """Hold the rows of those whom `judge_members` found to be updated. Raises Overtaken when one was blocked, merged or
    erased meanwhile.
    """
    _run(_HOLD, intake.relation)
    if _is_true(_BLOCKED_MEANWHILE):
        raise Overtaken


@transaction.atomic
def merge_members(intake: Intake) -> None:
    """Store what `judge_members` found to be new or updated, with `at` as its time. Raises Overtaken, after which
    nothing is kept.

    The caller has the people locked from before the judging and holds those updated, has checked the permission and
    records the audit entry.
    """
    _run(_INSERT_SUBJECTS, intake.relation, intake.params)
    expected = _fresh_identifiers()
    stored = sum(
        _run(statement, intake.relation, intake.params) for statement in (_INSERT_IDENTIFIERS, _ADD_IDENTIFIERS)
    )
    if stored != expected:
        raise Overtaken
    for statement in (_INSERT_RECORDS, _UPSERT_RECORDS, _SET_LANGUAGES):
        _run(statement, intake.relation, intake.params)


def _fresh_identifiers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(fresh), 0) FROM judged_rows WHERE verdict IN ('new', 'updated')")
        fresh: int = cursor.fetchone()[0]
        return fresh
