"""Many opt-outs at once, from a partner's or provider's file.

They come through a staging relation of the caller with the columns `batch_id, number, verdict` (rows with a verdict
are left alone), digests `token, card, phone, email` with their values `…_value` (sealed for `Identifier.value`), and
`channel, purpose, optout_reason, occurred_at, campaign, note` (sealed for `OptOutNote.text`), `also` (JSON, further
facts of a row: kind of address, digest in hex, channel, purpose, reason). A row without a reason says nothing of an
opt-out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction
from psycopg import sql

from apps.accounts.models import User
from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.core.journal import journal
from apps.optouts.choices import EVERY_SENDER, Medium
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.facts import Fact
from apps.optouts.services.remembering import SeenAddress, remember_addresses, spelled
from apps.optouts.services.standing import OVERTAKEN_BEFORE
from apps.subjects.models import Identifier

_EVENTS = UUID("6d1f0a52-7c1e-4b8e-9a55-0f4c3f6b2d11")
_INSERT_NOTES = """
    INSERT INTO optouts_optoutnote (event_id, text)
    SELECT n.event, n.text FROM unnest(%s::uuid[], %s::bytea[]) AS n(event, text)
    ON CONFLICT (event_id) DO NOTHING
"""


# What a row says of each of its addresses, less what is known and what the person has asked for again since; one row
# for a fact, the note with the first.
_FRESH = f"""
    SELECT s.number, t.kind, t.digest, t.channel, t.purpose, t.reason, s.occurred_at, s.campaign,
           CASE WHEN row_number() OVER (PARTITION BY s.number ORDER BY t.kind) = 1 THEN s.note END AS note
    FROM {{staged}} s
    CROSS JOIN LATERAL (
        SELECT a.kind, a.digest, s.channel, s.purpose, s.optout_reason
        FROM (VALUES ('card', s.card), ('email', s.email), ('phone', s.phone), ('token', s.token)) AS a(kind, digest)
        UNION ALL
        SELECT f ->> 0, decode(f ->> 1, 'hex'), f ->> 2, f ->> 3, f ->> 4 FROM jsonb_array_elements(s.also) AS f
    ) AS t(kind, digest, channel, purpose, reason)
    LEFT JOIN optouts_suppression x ON x.digest = t.digest AND x.channel = t.channel AND x.purpose = t.purpose
        AND x.sender = %(sender)s AND x.reason = t.reason
    WHERE s.batch_id = %(batch)s AND s.number BETWEEN %(first)s AND %(last)s AND s.verdict = ''
      AND t.reason <> '' AND t.digest IS NOT NULL AND x.id IS NULL AND NOT {OVERTAKEN_BEFORE}
"""  # noqa: S608
# Addresses whose value nobody has seen before.
_UNSEEN = """
    SELECT DISTINCT ON (t.digest) t.kind, t.digest, v.value
    FROM {staged} s
    CROSS JOIN LATERAL (
        VALUES ('card', s.card), ('email', s.email), ('phone', s.phone), ('token', s.token)
        UNION ALL
        SELECT f ->> 0, decode(f ->> 1, 'hex') FROM jsonb_array_elements(s.also) AS f
    ) AS t(kind, digest)
    JOIN LATERAL (
        VALUES ('card', s.card_value), ('email', s.email_value), ('phone', s.phone_value), ('token', s.token_value)
    ) AS v(kind, value) ON v.kind = t.kind
    LEFT JOIN optouts_suppressedaddress a ON a.digest = t.digest
    WHERE s.batch_id = %(batch)s AND s.number BETWEEN %(first)s AND %(last)s AND s.verdict = ''
      AND s.optout_reason <> '' AND t.digest IS NOT NULL AND v.value IS NOT NULL AND a.value IS NULL
"""
_JUDGE = """
    CREATE TEMP TABLE judged_rows ON COMMIT DROP AS
    SELECT s.number, '' AS reason, false AS email_taken,
           CASE WHEN s.number IN (SELECT f.number FROM ({fresh}) f) THEN 'new' ELSE 'unchanged' END AS verdict
    FROM {staged} s
    WHERE s.batch_id = %(batch)s AND s.number BETWEEN %(first)s AND %(last)s AND s.verdict = ''
"""


@dataclass(frozen=True)
class OptOutIntake:
    """Rows `first` to `last` of one batch in a staging relation, reported by the partner with this code; the batch
    came at `uploaded_at`.
    """

    relation: str
    batch: int
    first: int
    last: int
    partner_code: str
    uploaded_at: datetime

    def event_id(self, *row: object) -> UUID:
        """The same for the same address in the same row, however often it is merged: a worker that died behind the
        journal and before the database has made the entry already.
        """
        return uuid5(_EVENTS, "|".join(map(str, (self.batch, self.uploaded_at.isoformat(), *row))))

    def run(self, cursor: Any, statement: str) -> None:
        """Execute a statement over these rows."""
        staged = sql.Identifier(self.relation)
        fresh = sql.SQL(_FRESH).format(staged=staged)
        params = {"batch": self.batch, "first": self.first, "last": self.last, "sender": EVERY_SENDER}
        cursor.execute(sql.SQL(statement).format(staged=staged, fresh=fresh), params)


def judge_optouts(intake: OptOutIntake) -> None:
    """Make the temporary table `judged_rows` (number, reason, email_taken, verdict): `new`, or `unchanged` where
    every fact of the row is suppressed already for the same reason, or is older than the person's own wish to receive
    it again. Changes nothing else.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.judged_rows")
        intake.run(cursor, _JUDGE)


def remember_staged(intake: OptOutIntake) -> None:
    """Keep the values of the rows' addresses that were not seen before; to be called before their facts are added."""
    with connection.cursor() as cursor:
        intake.run(cursor, _UNSEEN)
        rows = cursor.fetchall()
    remember_addresses(filter(None, (_seen(intake, kind, bytes(digest), sealed) for kind, digest, sealed in rows)))


def _seen(intake: OptOutIntake, kind: str, digest: bytes, sealed: bytes) -> SeenAddress | None:
    """The address; None where the row's value of this kind is another one."""
    value = Identifier._meta.get_field("value").unseal(sealed)
    scope = intake.partner_code if kind == IdentifierKind.CARD else ""
    if identifiers.digest(kind, value, scope) != digest:
        return None
    return SeenAddress(kind, digest, spelled(kind, value, scope))


def fresh_facts(intake: OptOutIntake) -> list["FactFromFile"]:
    """What the rows say that is not known yet, ready to be added. A row without a time said it just now."""
    now = clock.now()
    with connection.cursor() as cursor:
        intake.run(cursor, _FRESH)
        return [
            FactFromFile(
                Fact(
                    kind=kind, digest=bytes(digest), channel=channel, purpose=purpose, reason=reason, at=now,
                    occurred=occurred or now, campaign=campaign, medium=Medium.FILE, partner=intake.partner_code,
                    id=intake.event_id(number, kind, bytes(digest).hex(), channel, purpose, reason),
                ),
                None if note is None else bytes(note),
            )
            for number, kind, digest, channel, purpose, reason, occurred, campaign, note in cursor.fetchall()
        ]  # fmt: skip


@dataclass(frozen=True)
class FactFromFile:
    """A fact, and what the person said with it, sealed for `OptOutNote.text`."""

    fact: Fact
    note: bytes | None = None


@transaction.atomic
def add_from_file(*, actor: User | None, facts: Sequence[FactFromFile], batch: int) -> int:
    """Journal first, with one flush to disk; then events, suppressions and notes. Gives how many events are new.

    The caller has checked the permission and left out what is suppressed already. Raises JournalUnavailable, after
    which nothing is kept.
    """
    if not facts:
        return 0
    journal().write([item.fact.to_entry() for item in facts])
    applied = apply_facts(actor=actor, facts=[item.fact for item in facts], batch=batch)
    notes = [(item.fact.id, item.note) for item in facts if item.note is not None]
    if notes:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_NOTES, [[event for event, _ in notes], [note for _, note in notes]])
    return len(applied.events)
