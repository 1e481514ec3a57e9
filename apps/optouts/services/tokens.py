"""Tokens of the API: made and revoked by the lead officer, shown once, kept as a keyed digest.

A token reads `amanat_1f2e3d4c_` and 43 characters of 32 random bytes. Its beginning finds its row and may be shown; the
digest (HMAC-SHA256 under the digest key) of all of it is compared in constant time.
"""

import hmac
import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.core.errors import NotPossible
from apps.core.keyring import keyring
from apps.optouts import actions
from apps.optouts.models import ApiToken
from apps.optouts.services.bounded import writer
from apps.optouts.services.salted import system_owner

logger = logging.getLogger(__name__)

# How long a machine goes on letting in whom it knows while the database is away.
KNOWN_SECONDS = 7 * 24 * 3600
_FORM = re.compile(r"(amanat_[0-9a-f]{8})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, kw_only=True)
class Credential:
    """Whom a token lets in, and to what; limits are empty where there are none."""

    token: int
    owner: int
    system: str
    scope: str
    channel: str
    sender: str
    numbers: Mapping[str, str]
    expires_on: date | None

    @property
    def expired(self) -> bool:
        """Whether its last day is over, where the operator works."""
        return self.expires_on is not None and clock.today() > self.expires_on


@dataclass(frozen=True)
class Made:
    """A new token, its secret, and the salt of its system: to be shown once."""

    token: ApiToken
    secret: str = field(repr=False)
    salt: str = field(repr=False)


class Away(Exception):
    """Nobody can say whether the token is good: the database does not answer."""


@transaction.atomic
def make_token(
    *, actor: User, system: str, scope: str, channel: str = "", sender: str = "",
    numbers: Mapping[str, str] | None = None, expires_on: date | None = None,
) -> Made:  # fmt: skip
    """Make a token of a system; its salt is made with its first token and stays. Raises PermissionDenied."""
    require(actor, "optouts.manage_apitoken")
    prefix = f"amanat_{secrets.token_hex(4)}"
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    owner = system_owner(system)
    token = ApiToken.objects.create(
        owner=owner, scope=scope, channel=channel, sender=sender, numbers=dict(numbers or {}), prefix=prefix,
        secret_mac=_mac(secret), made_by=actor, expires_on=expires_on,
    )  # fmt: skip
    limits = {name: value for name, value in (("channel", channel), ("sender", sender)) if value}
    record(actor, actions.TOKEN_MADE, token, system=system, scope=scope, expires_on=expires_on, **limits)
    return Made(token, secret, owner.salt)


@transaction.atomic
def revoke_token(*, actor: User, token_id: int) -> ApiToken:
    """Let nobody in with it any more. Raises NotPossible when somebody was faster, PermissionDenied."""
    require(actor, "optouts.manage_apitoken")
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("owner").get(pk=token_id)
    if token.revoked_at is not None:
        raise NotPossible(_("This token was revoked already."))
    token.revoked_at, token.revoked_by = clock.now(), actor
    token.save(update_fields=["revoked_at", "revoked_by"])
    record(actor, actions.TOKEN_REVOKED, token, system=str(token.owner), scope=token.scope)
    transaction.on_commit(partial(_forget, bytes(token.secret_mac)))
    return token


def admit(secret: str, *, remembered: bool = False) -> Credential | None:
    """Whom the secret lets in; None for one that is unknown, revoked or over. Raises Away.

    `remembered`: while the database is away, whoever was let in on this machine in the last days still is.
    """
    form = _FORM.fullmatch(secret)
    if form is None:
        return None
    mac, found = _mac(secret), list[Credential | None]()
    if writer.attempt(lambda: found.append(_find(form[1], mac))):
        credential = found[0]
        if credential is not None and remembered:
            _remember(mac, credential)
        return credential
    known = _recall(mac) if remembered else None
    if known is None:
        raise Away
    return None if known.expired else known


def _find(prefix: str, mac: bytes) -> Credential | None:
    token = ApiToken.objects.select_related("owner").filter(prefix=prefix, revoked_at=None).first()
    if not hmac.compare_digest(bytes(token.secret_mac) if token else bytes(len(mac)), mac) or token is None:
        return None
    credential = Credential(
        token=token.pk, owner=token.owner_id, system=str(token.owner), scope=token.scope, channel=token.channel,
        sender=token.sender, numbers=token.numbers, expires_on=token.expires_on,
    )  # fmt: skip
    if credential.expired:
        return None
    if token.last_used_on != clock.today():  # once a day is enough to tell what nobody uses
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=clock.today())
    return credential


def _mac(secret: str) -> bytes:
    return keyring().mac("api-token", secret.encode())


def _place(mac: bytes) -> str:
    return f"api-token:{mac.hex()}"


def _remember(mac: bytes, credential: Credential) -> None:
    try:
        cache.add(_place(mac), credential, KNOWN_SECONDS)
    except Exception as error:
        logger.warning("A token could not be remembered: %s.", type(error).__name__)


def _recall(mac: bytes) -> Credential | None:
    try:
        known: Credential | None = cache.get(_place(mac))
    except Exception as error:
        logger.warning("The tokens that were remembered can't be read: %s.", type(error).__name__)
        return None
    return known


def _forget(mac: bytes) -> None:
    cache.delete(_place(mac))
