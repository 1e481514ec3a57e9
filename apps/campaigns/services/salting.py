"""Salts of partners, and the hashed list of those whom a partner may not write to."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.campaigns import actions
from apps.campaigns.models import PartnerSalt
from apps.campaigns.services.hashing import hashed_suppressions, without_address
from apps.campaigns.services.judging import Scope
from apps.partners.models import Partner

SALT_BYTES = 32


@transaction.atomic
def make_salt(*, actor: User | None, partner: Partner) -> PartnerSalt:
    """A new salt for a partner, in the place of the one there may be. Shown once, by whoever called this.

    Raises PermissionDenied.
    """
    if actor is not None:
        require(actor, "campaigns.exchange_hashes")
    again = PartnerSalt.objects.filter(partner=partner).exists()
    salt = PartnerSalt.objects.create(partner=partner, value=secrets.token_hex(SALT_BYTES), made_by=actor)
    record(actor, actions.SALT_MADE, salt, partner=partner.code, again=again)
    return salt


@dataclass(frozen=True)
class HashedList:
    """`hashes` digests, true as of a moment; `without_address` suppressed addresses can't be among them because only
    our own digest of them is known.
    """

    as_of: datetime
    hashes: int
    without_address: int


@transaction.atomic
def give_hashes(*, actor: User | None, salt: PartnerSalt, scope: Scope, write: Callable[[bytes], object]) -> HashedList:
    """Write the digests, in a partner's salt, of those who may not be written to. Raises PermissionDenied."""
    if actor is not None:
        require(actor, "campaigns.exchange_hashes")
    as_of, hashes = hashed_suppressions(scope, salt, write)
    given = HashedList(as_of, hashes, without_address(scope, salt))
    record(
        actor, actions.HASHES_GIVEN, salt, partner=salt.partner.code, hashes=given.hashes,
        without_address=given.without_address, channel=str(scope.channel), purpose=scope.purpose, sender=scope.sender,
    )  # fmt: skip
    return given
