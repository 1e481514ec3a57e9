"""One row of a file as it goes into the staging table."""

import json
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from struct import Struct


@dataclass(slots=True)
class Staged:
    """The columns of `imports.StagedRow`, filled in Python; values and payloads are sealed for where they will lie."""

    batch_id: int
    number: int
    line: int
    verdict: str = ""
    reason: str = ""
    warnings: list[list[str]] = field(default_factory=list)
    raw: bytes | None = None
    token: bytes | None = None
    card: bytes | None = None
    phone: bytes | None = None
    email: bytes | None = None
    token_value: bytes | None = None
    card_value: bytes | None = None
    phone_value: bytes | None = None
    email_value: bytes | None = None
    nameless: bool = False
    language: str = ""
    identity: bytes | None = None
    identity_digest: bytes | None = None
    address: bytes | None = None
    address_digest: bytes | None = None
    points: bytes | None = None
    points_digest: bytes | None = None
    purchases: bytes | None = None
    purchases_digest: bytes | None = None
    channel: str = ""
    purpose: str = ""
    optout_reason: str = ""
    occurred_at: datetime | None = None
    campaign: str = ""
    note: bytes | None = None


COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(Staged))
_TEXTS = ("verdict", "reason", "language", "channel", "purpose", "optout_reason", "campaign")
_OTHERS = ("batch_id", "number", "line", "warnings", "nameless", "occurred_at")
_BYTES = tuple(name for name in COLUMNS if name not in {*_TEXTS, *_OTHERS})
# The order in which `to_binary` writes columns.
COPY_COLUMNS = (*_OTHERS, *_TEXTS, *_BYTES)

# PostgreSQL's binary COPY: a signature, flags and the length of an extension, both none; then the rows; then -1.
COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"

_texts_of, _bytes_of = attrgetter(*_TEXTS), attrgetter(*_BYTES)
_length = Struct(">i").pack
_begin = Struct(">h iq ii ii".replace(" ", "")).pack
_moment = Struct(">iq").pack
_NULL = _length(-1)
_JSONB_VERSION = b"\x01"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NO_WARNINGS = _length(3) + _JSONB_VERSION + b"[]"
_FALSE, _TRUE = _length(1) + b"\0", _length(1) + b"\x01"


def to_binary(staged: Staged) -> bytes:
    """The row as binary COPY takes it, columns in the order of COPY_COLUMNS."""
    parts = [
        _begin(len(COPY_COLUMNS), 8, staged.batch_id, 4, staged.number, 4, staged.line),
        _warnings(staged.warnings) if staged.warnings else _NO_WARNINGS,
        _TRUE if staged.nameless else _FALSE,
        _NULL if staged.occurred_at is None else _moment(8, (staged.occurred_at - _EPOCH) // _MICROSECOND),
    ]
    parts += [_sized(text.encode()) for text in _texts_of(staged)]
    parts += [_NULL if value is None else _length(len(value)) + value for value in _bytes_of(staged)]
    return b"".join(parts)


def _sized(value: bytes) -> bytes:
    return _length(len(value)) + value


def _warnings(warnings: list[list[str]]) -> bytes:
    return _sized(_JSONB_VERSION + json.dumps(warnings).encode())
