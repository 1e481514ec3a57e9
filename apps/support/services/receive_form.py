"""Taking in what came by the public form, and the secret with which the person follows it."""

import base64
import hmac
import re
from dataclasses import replace
from typing import cast

from django.db import IntegrityError, transaction

from apps.core.keyring import keyring
from apps.support.models import SupportRequest
from apps.support.services.take_in import NewRequest, take_in

# 60 bits, in letters and digits that nobody mistakes for each other, in groups that can be read out.
_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "ABCDEFGHJKLMNPQRSTUVWXYZ23456789")
_GROUP, _LENGTH = 4, 12
_AS_TYPED = re.compile(r"[\s\-\u2010-\u2015]+")
# Keyboards of the country put Cyrillic letters where Latin ones were read.
_ALIKE = str.maketrans("АВСЕНКМРТХУ", "ABCEHKMPTXY")


def receive_form(*, new: NewRequest, once: str) -> tuple[SupportRequest, str]:
    """The request and its secret, which is kept nowhere: it follows from what was sent.

    `once` names the page that the form was on: the same form sent again from it, by a second press or a reload, is
    the same request.
    """
    secret = _secret_of(new, once)
    mac = secret_mac(secret)
    try:
        with transaction.atomic():
            return _with(mac) or take_in(actor=None, new=replace(new, secret_mac=mac)), secret
    except IntegrityError:  # both presses at once
        made = _with(mac)
        assert made is not None  # or something else stood against it, which is no matter of the person's
        return made, secret


def _with(mac: bytes) -> SupportRequest | None:
    return cast("SupportRequest | None", SupportRequest.objects.filter(secret_mac=mac).first())


def _secret_of(new: NewRequest, once: str) -> str:
    said = (once, new.topic, new.contact_kind, new.contact, new.speaker, new.speaker_name, new.language, new.text)
    mac = keyring().mac("request-form", "\0".join(said).encode())
    letters = base64.b32encode(mac)[:_LENGTH].decode().translate(_LETTERS)
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def secret_mac(typed: str) -> bytes:
    """The keyed hash under which a secret is stored, of a secret as people type it."""
    plain = _AS_TYPED.sub("", typed).upper().translate(_ALIKE)
    return keyring().mac("request-secret", plain.encode())


def find_own(*, reference: str, secret: str) -> SupportRequest | None:
    """The request of a reference, as people type it, for whoever has its secret."""
    mac = secret_mac(secret)
    found = cast("SupportRequest | None", SupportRequest.objects.sought(reference).first())
    kept = bytes(found.secret_mac or b"") if found else b""
    return found if hmac.compare_digest(kept, mac) else None
