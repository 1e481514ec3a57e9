"""Suppressed addresses that a list shows: kept, encrypted, where lists are exchanged with partners by hash."""

from collections.abc import Sequence

from django.db import connection

from apps.campaigns.choices import HASH, WHY_OF_REASON
from apps.campaigns.engine.lists import ListColumn
from apps.campaigns.models import PartnerSalt, SuppressedAddress
from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.core.identifiers import Unusable

_ROWS_AT_ONCE = 2_000
# Nothing is kept of an address that is not suppressed by itself, or that is known anyway.
_KEEP = """
    INSERT INTO campaigns_suppressedaddress (kind, digest, value, seen_at)
    SELECT v.kind, v.digest, v.value, %s FROM unnest(%s::varchar[], %s::bytea[], %s::bytea[]) AS v(kind, digest, value)
    WHERE EXISTS (SELECT FROM optouts_suppression s WHERE s.digest = v.digest)
      AND NOT EXISTS (SELECT FROM subjects_identifier i WHERE i.digest = v.digest)
    ORDER BY v.digest ON CONFLICT (digest) DO NOTHING
"""
_SUPPRESSED = frozenset(why.value for why in WHY_OF_REASON.values())
_ADDRESSES = (IdentifierKind.PHONE, IdentifierKind.EMAIL)


class AddressKeeper:
    """Watches rows that are removed. False where nobody exchanges hashes: then no address is kept."""

    def __init__(self, columns: Sequence[ListColumn]) -> None:
        self._columns = [c for c in columns if c.contact and c.kind != HASH and c.kind in _ADDRESSES]
        self._wanted = bool(self._columns) and PartnerSalt.objects.exists()
        self._seen: dict[bytes, tuple[str, bytes]] = {}

    def __bool__(self) -> bool:
        return self._wanted

    def watch(self, state: int, cells: list[str]) -> None:
        """Take a removed row into account."""
        if state in _SUPPRESSED:
            for column in self._columns:
                self._look_at(column.kind, cells[column.position] if column.position < len(cells) else "")
        if len(self._seen) >= _ROWS_AT_ONCE:
            self.keep()

    def _look_at(self, kind: str, cell: str) -> None:
        try:
            value = identifiers.normalise(kind, cell)
        except Unusable:
            return
        sealed = SuppressedAddress._meta.get_field("value").seal(value)
        self._seen[identifiers.digest(kind, value)] = (kind, sealed)

    def keep(self) -> None:
        """Store what was seen since the last time."""
        if not self._seen:
            return
        digests = sorted(self._seen)
        kinds, values = zip(*(self._seen[digest] for digest in digests), strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [clock.now(), list(map(str, kinds)), digests, list(values)])
        self._seen.clear()
