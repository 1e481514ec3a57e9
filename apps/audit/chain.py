"""How entries and seals become the bytes that are sealed. Whoever changes this breaks every seal there is."""

import json
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from apps.audit.models import Seal
from apps.core.keyring import keyring

VERSION = 1
MARK_BYTES = 16
# What is sealed of an entry, in this order.
SEALED_FIELDS = ("id", "at", "actor_id", "action", "target_type", "target_id", "facts")
_MARK = struct.Struct(f">q{MARK_BYTES}s")

Row = tuple[int, datetime, int | None, str, str, int | None, dict[str, Any]]


def _canonical(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def mark_of(row: Row) -> bytes:
    """16 bytes that only the holder of the digest key can make for an entry, from its SEALED_FIELDS."""
    number, at, *rest = row
    return keyring().mac("audit.entry", _canonical([number, _moment(at), *rest]))[:MARK_BYTES]


def pack_marks(rows: list[Row]) -> bytes:
    """The id and mark of each entry, 24 bytes each, in the order of `rows`."""
    return b"".join(_MARK.pack(row[0], mark_of(row)) for row in rows)


def unpack_marks(marks: bytes) -> Iterator[tuple[int, bytes]]:
    """Pairs of id and mark; what was cut off inside a pair is left out, its seal's hash tells."""
    return _MARK.iter_unpack(marks[: len(marks) // _MARK.size * _MARK.size])


def hash_of(seal: Seal) -> bytes:
    """32 bytes over everything that a seal says, the hash of the one before it included."""
    head = {
        "version": VERSION,
        "number": seal.number,
        "at": _moment(seal.at),
        "count": seal.count,
        "last_id": seal.last_id,
        "previous": bytes(seal.previous).hex(),
    }
    return keyring().mac("audit.seal", _canonical(head) + b"\n" + bytes(seal.marks))
