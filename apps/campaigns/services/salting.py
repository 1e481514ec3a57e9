"""Salts of partners, and the hashed list of those whom a partner may not write to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.campaigns import actions
from apps.campaigns.services.hashing import hashed_suppressions, without_address
from apps.campaigns.services.judging import Scope
from apps.optouts.models import SaltOwner
from apps.optouts.services.salted import RETIRED, renew_partner_salt, salt_of_partner
from apps.partners.models import Partner


@transaction.atomic
def make_salt(*, actor: User | None, partner: Partner) -> SaltOwner:
    """A new salt for a partner, in the place of the one there may be. Shown once, by whoever called this.

    Raises PermissionDenied.
    """
    if actor is not None:
        require(actor, "campaigns.exchange_hashes")
    again = salt_of_partner(partner.code) is not None
    salt = renew_partner_salt(partner.code)
    record(actor, actions.SALT_MADE, salt, partner=partner.code, again=again)
    return salt


def salt_partner(salt: SaltOwner) -> str:
    """The code of the partner whose salt it is, or was."""
    return str(salt).partition(RETIRED)[0]


@dataclass(frozen=True)
class HashedList:
    """`hashes` digests, true as of a moment; `without_address` suppressed addresses can't be among them because only
    our own digest of them is known.
    """

    as_of: datetime
    hashes: int
    without_address: int


@transaction.atomic
def give_hashes(*, actor: User | None, salt: SaltOwner, scope: Scope, write: Callable[[bytes], object]) -> HashedList:
    """Write the digests, in a partner's salt, of those who may not be written to. Raises PermissionDenied."""
    if actor is not None:
        require(actor, "campaigns.exchange_hashes")
    as_of, hashes = hashed_suppressions(scope, salt, write)
    given = HashedList(as_of, hashes, without_address(scope, salt))
    record(
        actor, actions.HASHES_GIVEN, salt, partner=salt_partner(salt), hashes=given.hashes,
        without_address=given.without_address, channel=str(scope.channel), purpose=scope.purpose, sender=scope.sender,
    )  # fmt: skip
    return given
