"""One row of a file as it goes into the staging table."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from struct import Struct
from typing import Any, NamedTuple

# Facts that many rows share: how they are written is remembered.
Facts = tuple[tuple[Any, ...], ...]
_REMEMBERED = 30_000


class Sealed(NamedTuple):
    """A block of rows as binary COPY; its last row's number and the bytes of the file up to its end; the digests by
    which its rows may repeat others, one behind the other. With a `problem`, of which the maker says what it means,
    there are no rows.
    """

    last: int
    end: int
    rows: bytes
    digests: bytes = b""
    problem: Any = None


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
    category: str = ""
    record_key: bytes | None = None
    payload: bytes | None = None
    payload_digest: bytes | None = None
    # Further facts of the row: [kind of identifier, its digest in hex, channel, purpose, reason].
    also: list[list[str]] | None = None
    # What the person said of purposes, as `engine.acts.Act.to_json`.
    acts: Facts | list[list[Any]] | None = None


# Every row has these; of the others a kind of file fills some.
_ALWAYS = ("batch_id", "number", "line", "warnings")
_ALWAYS_TEXTS, _ALWAYS_BYTES = ("verdict", "reason"), (
    "raw", "token", "card", "phone", "email", "token_value", "card_value", "phone_value", "email_value",
)  # fmt: skip
_TEXTS = ("language", "channel", "purpose", "optout_reason", "campaign", "category")

# PostgreSQL's binary COPY: a signature, flags and the length of an extension, both none; then the rows; then -1.
COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"

_length = Struct(">i").pack
_begin = Struct(">h iq ii ii".replace(" ", "")).pack
_moment = Struct(">iq").pack
_NULL, _EMPTY = _length(-1), _length(0)
_JSONB_VERSION = b"\x01"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NO_WARNINGS = _length(3) + _JSONB_VERSION + b"[]"
_FALSE, _TRUE = _length(1) + b"\0", _length(1) + b"\x01"
# Digests have one length, and are most of what there is.
_DIGEST = _length(16)


class BinaryCopy:
    """Staged rows as binary COPY takes them. `filled` are the columns that a kind of file fills beside those that
    every row has; the others keep their defaults. `columns` is their order.
    """

    def __init__(self, filled: Iterable[str]) -> None:
        filled = tuple(filled)
        others = [name for name in filled if name in _WRITTEN]
        texts = (*_ALWAYS_TEXTS, *(name for name in filled if name in _TEXTS))
        values = (*_ALWAYS_BYTES, *(name for name in filled if name not in {*others, *_TEXTS}))
        self.columns = (*_ALWAYS, *others, *texts, *values)
        self._others = [(attrgetter(name), _WRITTEN[name]) for name in others]
        self._texts, self._values = attrgetter(*texts), attrgetter(*values)

    def row(self, staged: Staged) -> bytes:
        """One row."""
        parts = [
            _begin(len(self.columns), 8, staged.batch_id, 4, staged.number, 4, staged.line),
            _json(staged.warnings) if staged.warnings else _NO_WARNINGS,
        ]
        for value, written in self._others:
            parts.append(written(value(staged)))
        for text in self._texts(staged):
            parts.append(_sized(text.encode()) if text else _EMPTY)
        for value in self._values(staged):
            if value is None:
                parts.append(_NULL)
            else:
                parts += (_DIGEST if len(value) == 16 else _length(len(value)), value)
        return b"".join(parts)


def _boolean(value: bool) -> bytes:
    return _TRUE if value else _FALSE


def _timestamp(value: datetime | None) -> bytes:
    return _NULL if value is None else _moment(8, (value - _EPOCH) // _MICROSECOND)


def _facts(value: Facts | list[list[Any]] | None) -> bytes:
    if isinstance(value, tuple):
        return _shared(value)
    return _json(value) if value else _NULL


@lru_cache(_REMEMBERED)
def _shared(value: Facts) -> bytes:
    return _json(value)


# How columns that are neither texts nor bytes are written.
_WRITTEN: dict[str, Callable[[Any], bytes]] = {
    "nameless": _boolean,
    "occurred_at": _timestamp,
    "also": _facts,
    "acts": _facts,
}


def _sized(value: bytes) -> bytes:
    return _length(len(value)) + value


def _json(lists: Sequence[Sequence[Any]]) -> bytes:
    return _sized(_JSONB_VERSION + json.dumps(lists).encode())
