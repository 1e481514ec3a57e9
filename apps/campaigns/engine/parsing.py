"""From the records of a list to what the database compares: digests by row, in processes beside the one that reads."""

import csv
from array import array
from collections.abc import Callable, Sequence
from struct import Struct
from typing import NamedTuple

from apps.campaigns.choices import HASH, Why
from apps.campaigns.engine.records import Records
from apps.core import identifiers
from apps.core.choices import IdentifierKind
from apps.core.identifiers import Unusable
from apps.core.keyring import DIGEST_BYTES, keyring

# A row's key: the number of its block, then its place in it.
PLACE_BITS = 24
# PostgreSQL's binary COPY of (key bigint, contact boolean, digest bytea).
_ROW = Struct(">hiqi?i").pack
KEPT, BLANK, EMPTY, MALFORMED = (int(why) for why in (Why.KEPT, Why.BLANK, Why.EMPTY, Why.MALFORMED))
_PROBLEMS = {"empty": EMPTY, "malformed": MALFORMED, "destroyed": int(Why.DESTROYED)}
_HASH_DIGITS = 64

Digest = Callable[[str], bytes]


class Parsed(NamedTuple):
    """A block: its number, the bytes of each record (`array('I')`), a Why for each, and rows for binary COPY."""

    number: int
    lengths: bytes
    states: bytes
    rows: bytes


class Parser:
    """Parses blocks of one list. `columns` are (position, kind, contact); `scope` is the code of the partner whose
    cards the list names, or empty. Needs no models, so that a process that parses is there in a moment.
    """

    def __init__(self, *, delimiter: str, codec: str, columns: Sequence[tuple[int, str, bool]], scope: str) -> None:
        self._records = Records(delimiter)
        self._mark = delimiter.encode()
        self._codec = codec
        self._columns = [(position, _digester(kind, scope), contact) for position, kind, contact in columns]

    def __call__(self, block: tuple[int, bytes]) -> Parsed:
        """Every record of the block."""
        number, data = block
        records = self._records.split(data)
        rows: list[bytes] = []
        base, state = number << PLACE_BITS, self._state
        states = bytes([state(record, base + place, rows) for place, record in enumerate(records)])
        return Parsed(number, array("I", map(len, records)).tobytes(), states, b"".join(rows))

    def _state(self, record: bytes, key: int, rows: list[bytes]) -> int:
        """What a record is before the database was asked; the digests of one by which somebody is reached go to `rows`.

        The hot spot of a scrub: only the cells that are needed are decoded, and a blank record is looked for last.
        """
        try:
            cells = self._quoted(record) if b'"' in record else record.rstrip(b"\r\n").split(self._mark)
        except csv.Error:
            return MALFORMED
        reached, first, worst = False, len(rows), EMPTY
        for position, digest, contact in self._columns:
            try:
                value = digest(cells[position].decode(self._codec, "replace"))
            except IndexError:
                continue
            except Unusable as problem:
                worst = max(worst, _PROBLEMS[problem.code]) if contact else worst
                continue
            rows.append(_ROW(3, 8, key, 1, contact, len(value)) + value)
            reached = reached or contact
        if reached:
            return KEPT
        del rows[first:]
        return worst if any(cell.strip() for cell in cells) else BLANK

    def _quoted(self, record: bytes) -> list[bytes]:
        return [cell.encode(self._codec, "replace") for cell in self._records.cells(record, self._codec)]


def _digester(kind: str, scope: str) -> Digest:
    """What turns a cell into what it is compared by. Raises Unusable."""
    if kind == HASH:
        return _unhexed
    mac, normalise = keyring().mac, identifiers.NORMALISERS[kind]
    domain = identifiers.digest_domain(kind, scope if kind == IdentifierKind.CARD else "")

    def digest(cell: str) -> bytes:
        return mac(domain, normalise(cell).encode())[:DIGEST_BYTES]

    return digest


def _unhexed(cell: str) -> bytes:
    text = cell.strip()
    if len(text) != _HASH_DIGITS:
        raise Unusable("malformed" if text else "empty")
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Unusable("malformed") from None
