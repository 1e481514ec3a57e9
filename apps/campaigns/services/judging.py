"""Who of a list may not be written to: one statement over the whole list, and so true as of one moment.

The rows lie in the temporary table `scrub_rows (key, contact, digest)`: one for each identifier of a row of the list;
`contact` are those by which the campaign reaches somebody. What is found lies in `scrub_found (key, why)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from apps.campaigns.choices import WHY_OF_REASON, Why
from apps.consents.services.as_of import in_force
from apps.core import clock
from apps.core.choices import Channel
from apps.imports.choices import Verdict
from apps.optouts.choices import EVERY_SENDER
from apps.optouts.models import covering_purposes

# Of a hash join over a million rows, in memory; the process of the database stays well below 300 MB.
WORK_MEM = "64MB"

_TABLES = ("scrub_rows", "scrub_found")
_CREATE = "CREATE TEMP TABLE scrub_rows (key bigint NOT NULL, contact boolean NOT NULL, digest bytea NOT NULL)"

_COVERS = """s.purpose = ANY(%(purposes)s) AND (%(every_sender)s OR s.sender = ANY(%(senders)s))"""
_WHY_OF_REASON = " ".join(f"WHEN '{reason.value}' THEN {why.value}" for reason, why in WHY_OF_REASON.items())

# Queries over a relation `r (key, contact, digest)` that give (key, why). The first joins before it looks at anything
# else (OFFSET 0 keeps the planner from turning that round): of millions of suppressions few are of the list's people.
FORBIDDING = f"""
    SELECT s.key, CASE s.reason {_WHY_OF_REASON} END AS why
    FROM (
        SELECT r.key, r.contact, s.channel, s.purpose, s.sender, s.reason
        FROM {{r}} r JOIN optouts_suppression s ON s.digest = r.digest OFFSET 0
    ) s
    WHERE {_COVERS} AND s.channel IN ('{Channel.ALL.value}', %(channel)s)
      AND (s.channel = '{Channel.ALL.value}' OR s.contact)
    UNION ALL
    SELECT r.key, {Why.EVERYTHING.value}
    FROM {{r}} r JOIN subjects_identifier i ON i.digest = r.digest
    JOIN subjects_identifier o ON o.subject_id = i.subject_id AND o.digest <> i.digest
    JOIN optouts_suppression s ON s.digest = o.digest AND s.channel = '{Channel.ALL.value}'
    WHERE {_COVERS}
    UNION ALL
    SELECT r.key, {Why.RESTRICTED.value}
    FROM {{r}} r JOIN subjects_identifier i ON i.digest = r.digest
    JOIN subjects_subject u ON u.id = i.subject_id AND u.restricted_at IS NOT NULL
    UNION ALL
    SELECT r.key, {Why.FROZEN.value}
    FROM {{r}} r JOIN subjects_awaitedrestriction a ON a.digest = r.digest
    UNION ALL
    SELECT r.key, {Why.FROZEN.value}
    FROM {{r}} r JOIN (
        SELECT v.digest FROM imports_stagedrow q
        CROSS JOIN LATERAL (VALUES (q.token), (q.card), (q.phone), (q.email)) AS v(digest)
        WHERE q.verdict = '{Verdict.QUARANTINED.value}' AND v.digest IS NOT NULL
    ) q ON q.digest = r.digest
"""  # noqa: S608
_FIND = """
    CREATE TEMP TABLE scrub_found AS
    SELECT f.key, min(f.why)::smallint AS why FROM ({forbidding}) f GROUP BY f.key
"""
# Who is reached by an address has agreed: an address that nobody is known by agreed to nothing.
_NOT_AGREED = """
    UNION ALL
    SELECT r.key, {why} FROM scrub_rows r WHERE r.contact AND NOT EXISTS (
        SELECT FROM subjects_identifier i JOIN ({agreed}) f ON f.subject_id = i.subject_id WHERE i.digest = r.digest)
"""
_FOUND = """
    SELECT (key >> %s)::int, array_agg((key & %s)::int), array_agg(why) FROM scrub_found GROUP BY 1
"""


@dataclass(frozen=True)
class Scope:
    """What a message is: by which channel it goes, for what, from whom. `sender` is a partner's code; EVERY_SENDER
    stands for several or unknown ones, and then a refusal of any of them counts.
    """

    channel: str
    purpose: str
    sender: str
    # The purpose of which a consent has to be in force for this channel; empty: not having refused is enough.
    require_consent: str = ""

    @property
    def params(self) -> dict[str, Any]:
        """Parameters of the queries of this module."""
        return {
            "channel": str(self.channel), "purposes": covering_purposes(self.purpose),
            "every_sender": self.sender == EVERY_SENDER, "senders": [str(self.sender), EVERY_SENDER],
        }  # fmt: skip


@contextmanager
def scrub_tables() -> Iterator[None]:
    """Both temporary tables, for as long as the block runs. Nothing of them is left on a connection that lives on."""
    _drop()
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _drop()


def _drop() -> None:
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")


@transaction.atomic
def judge(scope: Scope) -> datetime:
    """Fill `scrub_found`. Gives the moment up to which it is true: every opt-out that was committed by then is in it,
    those that are committed while it runs are in the next scrub.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEM}'")
        cursor.execute("ANALYZE scrub_rows")
        as_of = clock.now()
        cursor.execute(_finding(scope, as_of), scope.params)
    return as_of


def _finding(scope: Scope, at: datetime) -> sql.Composed:
    forbidding: sql.Composable = sql.SQL(FORBIDDING).format(r=sql.SQL("scrub_rows"))
    if scope.require_consent:
        agreed = in_force(scope.require_consent, at=at, channel=scope.channel)
        forbidding += sql.SQL(_NOT_AGREED).format(why=sql.Literal(Why.NO_CONSENT.value), agreed=agreed)
    return sql.SQL(_FIND).format(forbidding=forbidding)


def found(place_bits: int) -> Iterator[tuple[int, list[int], list[int]]]:
    """(block, places in it, a Why for each) of what `judge` found."""
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [place_bits, (1 << place_bits) - 1])
        yield from cursor
