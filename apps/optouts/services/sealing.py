"""Sealing what an address under /u/ carries: authenticated and hidden, in the letters of base64url.

A token is base64url (no padding) of the key's number (1 byte, which of AMANAT_LINK_KEYS sealed it), the seal (16 bytes,
AES-SIV's synthetic nonce and tag in one), and as many bytes as are hidden. AES-SIV is deterministic: the same content
has the same token. Every key opens, the first one seals. What was sealed for one purpose opens for no other.
"""

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from apps.core.keyring import parse_keys

MAX_TOKEN_LENGTH = 400


class BadToken(Exception):
    """A token that none of our keys sealed. It says nothing about why: whoever tries shall learn nothing."""


@cache
def _ciphers(keys: tuple[str, ...], label: bytes) -> dict[int, AESSIV]:
    return {number: AESSIV(hmac.digest(key, label, "sha512")) for number, key in parse_keys(list(keys)).items()}


@dataclass(frozen=True)
class Sealer:
    """Seals for one purpose: `label` derives its keys, `place` is bound to what they seal."""

    label: bytes
    place: bytes
    longest: int = MAX_TOKEN_LENGTH

    def seal(self, plain: bytes) -> str:
        """The token of these bytes."""
        return self.sealing()(plain)

    def sealing(self) -> Callable[[bytes], str]:
        """`seal` for writers that make millions of tokens: the same, with less work for each."""
        number, cipher = next(iter(_ciphers(tuple(settings.AMANAT_LINK_KEYS), self.label).items()))
        prefix, places, encrypt, encode = bytes([number]), [self.place], cipher.encrypt, base64.urlsafe_b64encode

        def seal(plain: bytes) -> str:
            return encode(prefix + encrypt(plain, places)).rstrip(b"=").decode()

        return seal

    def open(self, token: str) -> bytes:
        """What a token hides. Raises BadToken."""
        sealed = self._decode(token)
        cipher = _ciphers(tuple(settings.AMANAT_LINK_KEYS), self.label).get(sealed[0])
        if cipher is None:
            raise BadToken
        try:
            return cipher.decrypt(sealed[1:], [self.place])
        except (InvalidTag, ValueError):
            raise BadToken from None

    def _decode(self, token: str) -> bytes:
        """The bytes of a token in the one spelling that we mint: base64 has several for the same bytes."""
        if not token or len(token) > self.longest or not token.isascii():
            raise BadToken
        try:
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except binascii.Error:
            raise BadToken from None
        if not sealed or base64.urlsafe_b64encode(sealed).rstrip(b"=").decode() != token:
            raise BadToken
        return sealed
