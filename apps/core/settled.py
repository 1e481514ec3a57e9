"""Up to which id of an append-only table nothing can appear any more.

Ids are drawn in one order and committed in another. What PostgreSQL guarantees: an INSERT holds its lock on the table
(ROW EXCLUSIVE) before it draws an id, and lets go after its commit is visible. So: note the highest id drawn, then note
who holds that lock, then wait until each of them has let go once. Whoever comes later draws a higher id. Writers wait
for nobody. Ids survive a dump and restore, transaction numbers would not.
"""

import time

from django.db import connection
from django.db.models import Model

POLL_SECONDS = 0.05

_HIGHEST_ID = "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass)"
_WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
      AND relation = %s::regclass
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND pid IS DISTINCT FROM pg_backend_pid()
"""


class Unsettled(Exception):
    """Somebody who may have drawn an id below the highest one keeps their transaction open."""


def settled_id(model: type[Model], patience: float) -> int:
    """An id up to which every row is committed or never will be; 0 while none was ever drawn.

    Raises Unsettled when `patience` seconds were not enough.
    """
    highest = _highest_id(model)
    awaited = writers(model)
    deadline = time.monotonic() + patience
    while awaited:
        if time.monotonic() >= deadline:
            raise Unsettled
        time.sleep(POLL_SECONDS)
        awaited &= writers(model)
    return highest


def _highest_id(model: type[Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_HIGHEST_ID, [model._meta.db_table])
        return cursor.fetchone()[0] or 0


def writers(model: type[Model]) -> frozenset[str]:
    """The transactions that write to the table at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS, [model._meta.db_table])
        return frozenset(holder for (holder,) in cursor.fetchall())
