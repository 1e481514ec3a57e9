"""Values of suppressed addresses: kept encrypted where they were seen, so that readers of digests can be told."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction

from apps.core.choices import IdentifierKind
from apps.optouts.models import SuppressedAddress
from apps.subjects.models import Identifier

AT_ONCE = 5_000

# A value that is known stays. What was there by its digest alone comes back, for those who read digests.
_REMEMBER = """
    INSERT INTO optouts_suppressedaddress AS known (kind, digest, value)
    SELECT f.kind, f.digest, f.value FROM unnest(%s::varchar[], %s::bytea[], %s::bytea[]) AS f(kind, digest, value)
    ORDER BY f.digest
    ON CONFLICT (digest) DO UPDATE SET value = EXCLUDED.value WHERE known.value IS NULL
    RETURNING digest, xmax <> 0
"""
# Where nobody's identifier has any of them, which is what one-click requests mostly find, this is all there is to do.
_NOTE_UNKNOWN = """
    WITH coming AS (
        SELECT f.kind, f.digest FROM unnest(%s::varchar[], %s::bytea[]) AS f(kind, digest)
        WHERE NOT EXISTS (SELECT FROM optouts_suppressedaddress k WHERE k.digest = f.digest)),
    held AS (
        SELECT i.kind, i.digest, i.value, p.code FROM coming c
        JOIN subjects_identifier i ON i.digest = c.digest LEFT JOIN partners_partner p ON p.id = i.partner_id),
    noted AS (
        INSERT INTO optouts_suppressedaddress (kind, digest)
        SELECT kind, digest FROM coming WHERE NOT EXISTS (SELECT FROM held) ORDER BY digest
        ON CONFLICT (digest) DO NOTHING)
    SELECT kind, digest, value, code FROM held
"""
_NOTE = """
    INSERT INTO optouts_suppressedaddress (kind, digest, value)
    SELECT f.kind, f.digest, f.value FROM unnest(%s::varchar[], %s::bytea[], %s::bytea[]) AS f(kind, digest, value)
    ORDER BY f.digest
    ON CONFLICT (digest) DO NOTHING
"""
_TELL_AGAIN = """
    INSERT INTO optouts_suppressionchange (suppression, kind, digest, channel, purpose, sender, reason, since, event)
    SELECT id, kind, digest, channel, purpose, sender, reason, since, 'suppressed' FROM optouts_suppression
    WHERE digest = ANY(%s::bytea[]) ORDER BY id
"""
_VALUE = SuppressedAddress._meta.get_field("value")
_IDENTIFIER = Identifier._meta.get_field("value")


class SeenAddress(NamedTuple):
    """An address by its kind and digest, and its value as `spelled`."""

    kind: str
    digest: bytes
    value: str


def spelled(kind: str, value: str, partner_code: str = "") -> str:
    """A normalised identifier as other digests are made of it: a card's number behind its partner's code."""
    return f"{partner_code}:{value}" if kind == IdentifierKind.CARD else value


@transaction.atomic
def remember_addresses(addresses: Iterable[SeenAddress]) -> None:
    """Keep the values of addresses that are suppressed, or about to be in this transaction.

    To be called before the facts about them are applied: an address that stood there without a value is told to the
    readers of digests once more.
    """
    stream = iter(addresses)
    while block := {address.digest: address for address in islice(stream, AT_ONCE)}:
        with connection.cursor() as cursor:
            cursor.execute(_REMEMBER, _columns(block.values()))
            named = [bytes(digest) for digest, unseen in cursor.fetchall() if unseen]
            if named:
                cursor.execute(_TELL_AGAIN, [named])


def note_addresses(keys: Collection[tuple[str, bytes]]) -> None:
    """Have a row for every address (kind, digest) of which facts come in, with the value that is known of a person."""
    kinds = {digest: str(kind) for kind, digest in keys}
    if not kinds:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_UNKNOWN, [list(kinds.values()), list(kinds)])
        held = {bytes(digest): (kind, value, partner) for kind, digest, value, partner in cursor.fetchall()}
        if held:  # all of them now, in one order: two who note the same ones don't wait for each other
            sealed = [_sealed(*held[digest]) if digest in held else None for digest in kinds]
            cursor.execute(_NOTE, [list(kinds.values()), list(kinds), sealed])


def _sealed(kind: str, value: bytes, partner: str | None) -> bytes | None:
    return _VALUE.seal(spelled(kind, _IDENTIFIER.unseal(value), partner or ""))


def name_addresses(digests: Collection[bytes] | None = None) -> int:
    """Give addresses that came in by their digest alone the value that is known of a person since; how many it gave.

    Of all of them, or of those with these digests.
    """
    unseen = SuppressedAddress.objects.filter(value__isnull=True)
    if digests is not None:
        unseen = unseen.filter(digest__in=digests)
    held = Identifier.objects.filter(digest__in=unseen.values("digest")).values_list("digest", flat=True)
    named = 0
    while block := [bytes(digest) for digest in held[:AT_ONCE]]:
        remember_addresses(_held(block))
        named += len(block)
    return named


def _held(digests: Collection[bytes]) -> Iterator[SeenAddress]:
    """What people's identifiers say of these digests."""
    held = Identifier.objects.filter(digest__in=list(digests))
    for kind, digest, value, partner in held.values_list("kind", "digest", "value", "partner__code"):
        yield SeenAddress(kind, bytes(digest), spelled(kind, value, partner or ""))


def _columns(addresses: Iterable[SeenAddress]) -> list[list[object]]:
    rows = [(str(address.kind), address.digest, _VALUE.seal(address.value)) for address in addresses]
    return [list(column) for column in zip(*rows, strict=True)]
