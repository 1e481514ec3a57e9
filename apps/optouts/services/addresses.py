"""A phone or e-mail that somebody typed or pasted, as far as it is needed."""

from dataclasses import dataclass, field

from apps.core import identifiers
from apps.core.choices import IdentifierKind


@dataclass(frozen=True)
class Address:
    """Its kind, digest and masked form; the value, which no page shows, for those who read digests."""

    kind: str
    digest: bytes
    masked: str
    value: str = field(repr=False)


def address_of(typed: str) -> Address:
    """The address in what was typed. Raises identifiers.Unusable."""
    kind = identifiers.guess_kind(typed)
    if kind not in (IdentifierKind.PHONE, IdentifierKind.EMAIL):
        kind = IdentifierKind.PHONE  # its words fit what was meant to be a number
    value = identifiers.normalise(kind, typed)
    return Address(kind, identifiers.digest(kind, value), identifiers.mask(kind, value), value)
