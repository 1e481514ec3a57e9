"""Salts of partners, and the hashed list of those whom a partner may not write to."""

import secrets
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


@transaction.atomic
def give_hashes(*, actor: User | None, salt: PartnerSalt, scope: Scope) -> tuple[datetime, list[str], int]:
    """The moment up to which the list is true, its digests in hexadecimal, and how many suppressed addresses can't be
    in it because only our own digest of them is known. Raises PermissionDenied.
    """
    if actor is not None:
        require(actor, "campaigns.exchange_hashes")
    as_of, hashes = hashed_suppressions(scope, salt)
    unknown = without_address(scope, salt)
    record(
        actor, actions.HASHES_GIVEN, salt, partner=salt.partner.code, hashes=len(hashes), without_address=unknown,
        channel=str(scope.channel), purpose=scope.purpose, sender=scope.sender,
    )  # fmt: skip
    return as_of, hashes, unknown
