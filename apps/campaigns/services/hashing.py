"""Lists exchanged as SHA-256 digests in a partner's salt: who may not be written to, for those who may not see whom.

A suppression is kept by a digest of ours, from which nobody gets back to the address, and so nobody can turn it into a
partner's. What can be exchanged are addresses that are known, encrypted: people's identifiers, and suppressed addresses
that a list has shown since. An erased person's are exchanged by what was kept in the salts of that day.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from struct import Struct
from typing import Any

from django.db import connection, transaction

from apps.campaigns.services.judging import FORBIDDING, WORK_MEM, Scope
from apps.core import clock
from apps.imports.engine.staged import COPY_END, COPY_HEAD
from apps.optouts.models import SaltOwner, SuppressedAddress
from apps.optouts.services.salted import salted
from apps.optouts.services.take_from_person import REACHED_BY
from apps.subjects.models import Identifier

_ROWS_AT_ONCE = 5_000
_TABLES = ("scrub_known", "scrub_hashes")
# Suppressed addresses have negative keys here.
_ADDRESSES = """(
    SELECT i.id AS key, true AS contact, i.digest FROM subjects_identifier i WHERE i.kind = ANY(%(reached)s)
    UNION ALL SELECT -a.id, true, a.digest FROM optouts_suppressedaddress a
    WHERE a.kind = ANY(%(reached)s) AND a.value IS NOT NULL)"""
_ERASED = """(
    SELECT e.id AS key, true AS contact, e.digest FROM optouts_salteddigest e WHERE e.owner_id = %(salt)s)"""
_KNOWN = f"""
    CREATE TEMP TABLE scrub_known AS
    SELECT f.key, min(f.why)::smallint AS why FROM ({FORBIDDING.format(r=_ADDRESSES)}) f GROUP BY f.key
"""  # noqa: S608
_SEALED = """
    SELECT i.value, NULL, k.why FROM scrub_known k JOIN subjects_identifier i ON i.id = k.key
    UNION ALL SELECT NULL, a.value, k.why FROM scrub_known k JOIN optouts_suppressedaddress a ON a.id = -k.key
"""
_COPY = "COPY scrub_hashes (sha256, why) FROM STDIN (FORMAT BINARY)"
_ADD_ERASED = f"""
    INSERT INTO scrub_hashes (sha256, why)
    SELECT e.salted, min(f.why) FROM ({FORBIDDING.format(r=_ERASED)}) f
    JOIN optouts_salteddigest e ON e.id = f.key GROUP BY e.salted
"""  # noqa: S608
_FIND = """
    CREATE TEMP TABLE scrub_found AS
    SELECT r.key, min(h.why)::smallint AS why FROM scrub_rows r JOIN scrub_hashes h ON h.sha256 = r.digest
    GROUP BY r.key
"""
_WITHOUT_ADDRESS = """
    SELECT count(DISTINCT s.digest) FROM optouts_suppression s
    WHERE s.kind = ANY(%(reached)s) AND s.channel IN ('all', %(channel)s) AND s.purpose = ANY(%(purposes)s)
      AND (%(every_sender)s OR s.sender = ANY(%(senders)s))
      AND NOT EXISTS (SELECT FROM subjects_identifier i WHERE i.digest = s.digest)
      AND NOT EXISTS (SELECT FROM optouts_suppressedaddress a WHERE a.digest = s.digest AND a.value IS NOT NULL)
      AND NOT EXISTS (SELECT FROM optouts_salteddigest e WHERE e.owner_id = %(salt)s AND e.digest = s.digest)
"""
_ROW = Struct(">hi32sih").pack


def fill_hashes(scope: Scope, salt: SaltOwner) -> datetime:
    """Make the temporary table `scrub_hashes (sha256, why)` of those who may not be written to and whose address is
    known. Gives the moment up to which it is true, as `judge`. The caller has a transaction, and drops it.
    """
    params = {**scope.params, "reached": [*map(str, REACHED_BY[scope.channel])], "salt": salt.pk}
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEM}'")
        for table in _TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute("CREATE TEMP TABLE scrub_hashes (sha256 bytea NOT NULL, why smallint NOT NULL)")
        as_of = clock.now()
        cursor.execute(_KNOWN, params)
        for rows in _hashed(salt.salt):
            with cursor.copy(_COPY) as copy:
                copy.write(COPY_HEAD + rows + COPY_END)
        cursor.execute(_ADD_ERASED, params)
        cursor.execute("ANALYZE scrub_hashes")
    return as_of


def _hashed(salt: str) -> Iterator[bytes]:
    """Rows for binary COPY, some thousands at a time; an address is in the clear for as long as it is hashed."""
    identifier, seen = Identifier._meta.get_field("value"), SuppressedAddress._meta.get_field("value")
    with connection.chunked_cursor() as cursor:
        cursor.execute(_SEALED)
        while rows := list(islice(cursor, _ROWS_AT_ONCE)):
            yield b"".join(
                _ROW(2, 32, salted(salt, identifier.unseal(one) if one is not None else seen.unseal(other)), 2, why)
                for one, other, why in rows
            )


@transaction.atomic
def judge_hashes(scope: Scope, salt: SaltOwner) -> datetime:
    """As `judge`, where the rows of the list are digests in a partner's salt."""
    as_of = fill_hashes(scope, salt)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE scrub_rows")
        cursor.execute(_FIND)
        _drop_own(cursor)
    return as_of


def _drop_own(cursor: Any) -> None:
    for table in _TABLES:
        cursor.execute(f"DROP TABLE pg_temp.{table}")


def without_address(scope: Scope, salt: SaltOwner) -> int:
    """How many suppressed addresses of the scope are known by digest only, so that no hashed list can name them."""
    params = {**scope.params, "reached": [*map(str, REACHED_BY[scope.channel])], "salt": salt.pk}
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_ADDRESS, params)
        return int(cursor.fetchone()[0])


@transaction.atomic
def hashed_suppressions(scope: Scope, salt: SaltOwner, write: Callable[[bytes], object]) -> tuple[datetime, int]:
    """Write the digests in hexadecimal, one a line: sorted, so that their order says nothing. Gives the moment up to
    which the list is true, and how many they are.
    """
    as_of, count = fill_hashes(scope, salt), 0
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT DISTINCT encode(sha256, 'hex') FROM scrub_hashes ORDER BY 1")
        write(b"sha256\r\n")
        while rows := list(islice(cursor, _ROWS_AT_ONCE)):
            count += len(rows)
            write("".join(f"{row[0]}\r\n" for row in rows).encode())
    with connection.cursor() as cursor:
        _drop_own(cursor)
    return as_of, count
