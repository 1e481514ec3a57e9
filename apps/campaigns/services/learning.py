"""Suppressed addresses whose value a list shows: remembered where others read suppressions by digests of their own."""

from collections.abc import Sequence

from apps.campaigns.choices import HASH, WHY_OF_REASON
from apps.campaigns.engine.lists import ListColumn
from apps.core import identifiers
from apps.core.choices import IdentifierKind
from apps.core.identifiers import Unusable
from apps.optouts.models import SaltedDigest, SaltOwner, SuppressedAddress, Suppression
from apps.optouts.services.remembering import SeenAddress, remember_addresses

_ROWS_AT_ONCE = 2_000
_SUPPRESSED = frozenset(why.value for why in WHY_OF_REASON.values())
_ADDRESSES = (IdentifierKind.PHONE, IdentifierKind.EMAIL)


class AddressKeeper:
    """Watches rows that are removed. False where nobody reads suppressions by digest: then nothing is learnt."""

    def __init__(self, columns: Sequence[ListColumn]) -> None:
        self._columns = [c for c in columns if c.contact and c.kind != HASH and c.kind in _ADDRESSES]
        self._wanted = bool(self._columns) and SaltOwner.objects.exists()
        self._seen: dict[bytes, SeenAddress] = {}

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
        digest = identifiers.digest(kind, value)
        self._seen[digest] = SeenAddress(kind, digest, value)

    def keep(self) -> None:
        """Remember what was seen since the last time: of addresses that are suppressed by themselves and whose value
        nobody saw yet. An erased one stays forgotten.
        """
        suppressed = set(self._of(Suppression))
        known = {*self._of(SuppressedAddress, value__isnull=False), *self._of(SaltedDigest)}
        remember_addresses(self._seen[digest] for digest in sorted(suppressed - known))
        self._seen.clear()

    def _of(self, model: type[Suppression] | type[SuppressedAddress] | type[SaltedDigest], **more: bool) -> list[bytes]:
        rows = model._default_manager.filter(digest__in=list(self._seen), **more)
        return [bytes(digest) for digest in rows.values_list("digest", flat=True)]
