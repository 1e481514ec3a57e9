"""Everybody's consent to one purpose as of a moment, beside a full scan of the same index: ratios.

`BENCH_EVENTS` sets how many events there are (default 400,000), four for each person; with 20,000,000 they are of
5,000,000 people. Says figures; judges nothing but that what it measured is what it says.
"""

import os
import sys
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg import sql

from apps.consents.services.as_of import as_of, in_force, of_person
from tests.servers import Home, own_home

EVENTS = int(os.environ.get("BENCH_EVENTS", "400000"))
PEOPLE = EVENTS // 4
PURPOSE, CHANNEL, AT = "advertising", "sms", datetime(2026, 6, 1, tzinfo=UTC)
REPEATS = 3

# Three of four events are of the purpose: of every channel, then SMS twice. A third of all are ends, a few requests.
_FILL = """
    INSERT INTO consents_consentevent (subject_id, purpose, channel, state, occurred_at, recorded_at, expires_at,
                                       medium, batch, row)
    SELECT e.*, 'file', 1, 1 FROM (
        SELECT person, CASE WHEN k = 3 THEN 'geolocation' ELSE 'advertising' END,
               CASE WHEN k IN (0, 3) THEN '' ELSE 'sms' END,
               CASE WHEN (person + k) %% 3 = 0 THEN 'withdrawn' WHEN (person + k) %% 97 = 0 THEN 'requested'
                    ELSE 'given' END,
               timestamptz '2025-01-01' + ((person * 7919 + k * 104729) %% 788000) * interval '1 minute', now(),
               CASE WHEN (person + k) %% 3 <> 0 AND (person + k) %% 97 <> 0 AND person %% 10 = 0
                    THEN timestamptz '2027-01-01' END
        FROM generate_series(%(first)s::bigint, %(last)s) AS person, generate_series(0, 3) AS k) AS e
"""
_PEOPLE = """
    INSERT INTO subjects_subject (id, created_at, language, restriction_reason)
    SELECT i, now(), '', '' FROM generate_series(1, %s) AS i
"""
_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename = 'consents_consentevent' AND indexname <> 'consents_consentevent_pkey'
"""
# Of the purpose's whole index: counted, and read as far as whoever wants to know the states has to read.
_COUNTED = f"""
    SELECT count(*) FROM consents_consentevent e
    WHERE e.purpose = '{PURPOSE}' AND e.counts AND e.state <> 'requested'
"""
_READ = _COUNTED.replace("count(*)", "max(e.subject_id), max(e.state), max(e.channel), max(e.occurred_at)")
_SERIAL = "SET max_parallel_workers_per_gather = 0"
_RESET = "RESET max_parallel_workers_per_gather"


@pytest.fixture(scope="module")
def home():
    with own_home() as home:
        fill(home)
        yield home


def fill(home: Home) -> None:
    """As a database is that has grown: the indexes are built behind the rows, or this would take hours."""
    with home.connection() as connection:
        connection.execute("SET session_replication_role = replica")  # nobody of these is checked one by one
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _definition in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        connection.execute(_PEOPLE, [PEOPLE])
        step = 250_000
        for first in range(1, PEOPLE + 1, step):
            connection.execute(_FILL, {"first": first, "last": min(first + step - 1, PEOPLE)})
        for _name, definition in indexes:
            connection.execute(definition)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM (ANALYZE) consents_consentevent")


def seconds(connection: Any, statement: Any) -> tuple[float, Any]:
    """(the best time of REPEATS, the first value of the answer)."""
    best, answer = float("inf"), None
    for _ in range(REPEATS):
        began = time.perf_counter()
        answer = connection.execute(statement).fetchone()[0]
        best = min(best, time.perf_counter() - began)
    return best, answer


def counting(statement: sql.Composable) -> sql.Composed:
    """How many rows a query gives."""
    return sql.SQL("SELECT count(*) FROM ({}) AS answer").format(statement)


@pytest.mark.parametrize("how", ["one process", "as many as the server takes"])
def test_as_of_for_everybody(home, capsys, how):
    """Beside scans of the purpose's whole index."""
    with home.connection() as connection:
        connection.autocommit = True
        connection.execute("SET enable_seqscan = off")  # the scan that is measured is that of the index
        connection.execute(_SERIAL if how == "one process" else _RESET)
        plan = " ".join(row[0] for row in connection.execute(f"EXPLAIN {_COUNTED}").fetchall())
        assert "Index Only Scan using consent_as_of" in plan
        counted, rows = seconds(connection, _COUNTED)
        read, _ = seconds(connection, _READ)
        whole, people = seconds(connection, counting(as_of(PURPOSE, at=AT, channel=CHANNEL)))
        held, agreed = seconds(connection, counting(in_force(PURPOSE, at=AT, channel=CHANNEL)))
    assert people > agreed > 0
    lines = [
        f"{how}: {EVENTS:,} events, {rows:,} of the purpose",
        f"index counted in {counted:.2f} s, read in {read:.2f}",
    ]
    for name, found, spent in (("states", people, whole), ("in force", agreed, held)):
        lines.append(f"{name}: {found:,} in {spent:.2f} s, {spent / counted:.2f} × counted, {spent / read:.2f} × read")
    with capsys.disabled():
        sys.stdout.write("\n" + "\n  ".join(lines) + "\n")


def test_as_of_for_one_person(home, capsys):
    """What the person's page asks, among all these events."""
    with home.connection() as connection:
        began = time.perf_counter()
        for person in range(1, 501):
            connection.execute(of_person(person * (PEOPLE // 500), at=AT)).fetchall()
        spent = time.perf_counter() - began
    with capsys.disabled():
        sys.stdout.write(f"\none person, every purpose and channel: {spent / 500 * 1000:.2f} ms\n")
