"""Keeping those apart who bring in many people at once."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, InterfaceError, connection

# Every caller that inserts many people takes this lock for its transaction: two that overlap would otherwise each make
# the same person, or wait for each other in a ring.
_LOCK = 1_399_153_779


class Overtaken(Exception):
    """Somebody else stored one of the same identifiers meanwhile. Roll back, and judge the rows anew."""


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
