"""Addresses as others know them: by SHA-256 of a salt of their own and the address.

    salted = hex(SHA-256(salt + address)), both in UTF-8

The address is in the form of `core.identifiers`: a phone in E.164 with its plus sign, an e-mail in lower case, a card
behind the code of its partner (`bereke:7001`). The salt is text, 32 hexadecimal digits, taken as it is. A plain
SHA-256 of the two is what every database and spreadsheet can make; whoever has no salt can't try out numbers.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from django.db import connection, transaction

from apps.optouts.models import SaltedDigest, SaltOwner, SuppressedAddress
from apps.optouts.services.remembering import AT_ONCE, name_addresses

SALT_BYTES = 16
# Between the code of an owner and a number, of a salt that another one took the place of; in no partner's code.
RETIRED = "~"
# One array instead of thousands of parameters, each of which Django and psycopg would look at: millions are read so.
_VALUES = "SELECT digest, value FROM optouts_suppressedaddress WHERE digest = ANY(%s::bytea[]) AND value IS NOT NULL"
_VALUE = SuppressedAddress._meta.get_field("value")


def system_owner(name: str) -> SaltOwner:
    """The owner of the salt of a mailing system; made when there is none."""
    return _owner(f"system:{name}")


def partner_owner(code: str) -> SaltOwner:
    """The owner of the salt of a partner; made when there is none."""
    return _owner(f"partner:{code}")


def salt_of_partner(code: str) -> SaltOwner | None:
    """The salt in which lists are exchanged with a partner now; None where there is none yet."""
    return SaltOwner.objects.filter(code=f"partner:{code}").first()


def renew_partner_salt(code: str) -> SaltOwner:
    """A new salt for a partner. The one there was stays under another code: earlier lists were in it."""
    for old in SaltOwner.objects.select_for_update().filter(code=f"partner:{code}"):
        old.code = f"{old.code}{RETIRED}{old.pk}"
        old.save(update_fields=["code"])
    return partner_owner(code)


def _owner(code: str) -> SaltOwner:
    owner, _made = SaltOwner.objects.get_or_create(code=code, defaults={"salt": secrets.token_hex(SALT_BYTES)})
    return owner


def salted(salt: str, value: str) -> bytes:
    """The 32 bytes that stand for an address (as `remembering.spelled`) in somebody's salt."""
    return hashlib.sha256((salt + value).encode()).digest()


def salted_of(owner: SaltOwner, digests: Collection[bytes]) -> dict[bytes, bytes]:
    """{our digest: theirs} of suppressed addresses; those whose value nobody ever saw are not in it.

    For some thousand digests; of more, `salted_digests`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VALUES, [list(digests)])
        rows = cursor.fetchall()
    salt = owner.salt
    found = {bytes(digest): salted(salt, _VALUE.unseal(sealed)) for digest, sealed in rows}
    missing = [digest for digest in digests if digest not in found]
    if missing:
        erased = SaltedDigest.objects.filter(owner=owner, digest__in=missing).values_list("digest", "salted")
        found |= {bytes(digest): bytes(theirs) for digest, theirs in erased}
    return found


def salted_digests(owner: SaltOwner, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes | None]]:
    """(our digest, theirs) for any number of digests, in their order and in bounded memory."""
    stream = iter(digests)
    while block := list(islice(stream, AT_ONCE)):
        found = salted_of(owner, set(block))
        yield from ((digest, found.get(digest)) for digest in block)


@transaction.atomic
def forget_addresses(digests: Collection[bytes]) -> None:
    """Destroy the values of these addresses; whoever has a salt by now goes on being told of them."""
    name_addresses(digests)
    seen = SuppressedAddress.objects.select_for_update().filter(digest__in=list(digests), value__isnull=False)
    values = [(bytes(digest), value) for digest, value in seen.values_list("digest", "value") if value is not None]
    SaltedDigest.objects.bulk_create(
        [
            SaltedDigest(owner=owner, digest=digest, salted=salted(owner.salt, value))
            for owner in SaltOwner.objects.all()
            for digest, value in values
        ],
        ignore_conflicts=True,
    )
    SuppressedAddress.objects.filter(digest__in=[digest for digest, _value in values]).update(value=None)
