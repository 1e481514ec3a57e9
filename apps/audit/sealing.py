"""Sealing: entries bound into a chain that whoever has only the database can't rewrite.

A seal covers every entry whose id is above the last id of the seal before it, up to its own last id. So membership is
a range of the primary key: an entry has no column and no index for it, and writing one costs what it did.

Nothing may appear in that range later, and ids are not committed in their order: `apps.core.settled` says up to which
id that is so. Writers wait for nobody.

Hashes are keyed with the digest key, which lies outside the database. What a chain can't show is its own end cut off:
each seal's number and hash go to the log, and `verify_audit --known` compares.
"""

import logging

from django.db import connection, transaction

from apps.audit.chain import SEALED_FIELDS, hash_of, pack_marks
from apps.audit.models import Entry, Seal
from apps.core import clock
from apps.core.settled import Unsettled, settled_id

logger = logging.getLogger(__name__)

ENTRIES_A_SEAL = 5_000
# Above what a chunk of an import takes; a transaction that is open for longer delays sealing until the next run.
PATIENCE_SECONDS = 45.0
BEFORE_ALL_IDS = -(2**63)
_LOCK = 0x5EA1_A0D1


def seal(*, patience: float = PATIENCE_SECONDS) -> int:
    """Seal every entry that is settled, in seals of at most ENTRIES_A_SEAL; how many entries were sealed.

    0 also when another sealer is at work, or when writers held on for longer than `patience` seconds.
    """
    try:
        highest = settled_id(Entry, patience)
    except Unsettled:
        logger.warning("Audit entries were not sealed: a transaction that writes them stays open.")
        return 0
    total = 0
    while sealed := _seal_next(highest):
        total += sealed
    return total


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
