"""Sealing: entries bound into a chain that whoever has only the database can't rewrite.

A seal covers every entry whose id is above the last id of the seal before it, up to its own last id. So membership is
a range of the primary key: an entry has no column and no index for it, and writing one costs what it did.

Nothing may appear in that range later, and ids are not committed in their order. What PostgreSQL guarantees: an INSERT
holds its lock on the table (ROW EXCLUSIVE) before it draws an id, and lets go after its commit is visible. So: note the
highest id drawn, then note who holds that lock, then wait until each of them has let go once. Whoever comes later draws
a higher id. Writers wait for nobody. Ids survive a dump and restore, transaction numbers would not.

Hashes are keyed with the digest key, which lies outside the database. What a chain can't show is its own end cut off:
each seal's number and hash go to the log, and `verify_audit --known` compares.
"""

import logging
import time

from django.db import connection, transaction

from apps.audit.chain import SEALED_FIELDS, hash_of, pack_marks
from apps.audit.models import Entry, Seal
from apps.core import clock

logger = logging.getLogger(__name__)

ENTRIES_A_SEAL = 5_000
# Above what a chunk of an import takes; a transaction that is open for longer delays sealing until the next run.
PATIENCE_SECONDS = 45.0
POLL_SECONDS = 0.05
BEFORE_ALL_IDS = -(2**63)
_LOCK = 0x5EA1_A0D1

_HIGHEST_ID = "SELECT pg_sequence_last_value(pg_get_serial_sequence('audit_entry', 'id')::regclass)"
_WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
      AND relation = 'audit_entry'::regclass
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND pid IS DISTINCT FROM pg_backend_pid()
"""


def seal(*, patience: float = PATIENCE_SECONDS) -> int:
    """Seal every entry that is settled, in seals of at most ENTRIES_A_SEAL; how many entries were sealed.

    0 also when another sealer is at work, or when writers held on for longer than `patience` seconds.
    """
    highest = settled_id(patience)
    total = 0
    while highest is not None and (sealed := _seal_next(highest)):
        total += sealed
    return total


def settled_id(patience: float) -> int | None:
    """An id up to which every entry is committed or never will be; None when `patience` seconds were not enough."""
    highest = _highest_id()
    awaited = _writers()
    deadline = time.monotonic() + patience
    while awaited:
        if time.monotonic() >= deadline:
            logger.warning("Audit entries were not sealed: a transaction that writes them stays open.")
            return None
        time.sleep(POLL_SECONDS)
        awaited &= _writers()
    return highest


def _highest_id() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_HIGHEST_ID)
        return cursor.fetchone()[0]  # type: ignore[no-any-return]  # None while no id was ever drawn


def _writers() -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS)
        return frozenset(holder for (holder,) in cursor.fetchall())


@transaction.atomic
def _seal_next(highest: int) -> int:
    if not _only_sealer():
        return 0
    last = Seal.objects.defer("marks").order_by("-number").first()
    unsealed = Entry.objects.filter(pk__gt=last.last_id if last else BEFORE_ALL_IDS, pk__lte=highest)
    rows = list(unsealed.order_by("pk").values_list(*SEALED_FIELDS)[:ENTRIES_A_SEAL])
    if not rows:
        return 0
    made = Seal(
        number=last.number + 1 if last else 1,
        at=clock.now(),
        count=len(rows),
        last_id=rows[-1][0],
        previous=last.hash if last else b"",
        marks=pack_marks(rows),
    )
    made.hash = hash_of(made)
    made.save(force_insert=True)
    transaction.on_commit(lambda: logger.info("Audit seal %s:%s", made.number, made.hash.hex()))
    return made.count


def _only_sealer() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
