"""The keys that live outside the database, and what is done with them: encrypt, decrypt, digest."""

import base64
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
NONCE_BYTES = 12
DIGEST_BYTES = 16
_BLOCK_BYTES = 64  # of SHA-256
_DRAWN_AT_ONCE = 256


class Undecryptable(Exception):
    """A stored value that no key of the ring opens: damaged, moved to another column, or its key was taken away."""


def parse_keys(entries: list[str]) -> dict[int, bytes]:
    """`["1:base64", …]` as {key id (1–255): 32 bytes}, order kept. Raises ImproperlyConfigured."""
    keys: dict[int, bytes] = {}
    for entry in entries:
        number, _, encoded = entry.strip().partition(":")
        if (
            not (number.isascii() and number.isdigit() and len(number) <= 3)
            or not 1 <= int(number) <= 255
            or int(number) in keys
        ):
            raise ImproperlyConfigured("A key reads <number>:<base64>, its number 1 to 255 and used once.")
        keys[int(number)] = parse_key(encoded)
    return keys


def parse_key(encoded: str) -> bytes:
    """32 bytes from their base64. Raises ImproperlyConfigured."""
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError as error:  # what is no base64, and what is no ASCII
        raise ImproperlyConfigured("A key must be base64.") from error
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"A key must be {KEY_BYTES} bytes long.")
    return key


class Nonces:
    """Random nonces, drawn many at a time: asking the system for each takes as long as encrypting a short value.

    None is given twice, in a forked child neither: what was drawn before the fork is thrown away. For one thread.
    """

    def __init__(self) -> None:
        self.drawn: list[bytes] = []
        self._forks_seen = _forks[0]

    def next(self) -> bytes:
        """Twelve bytes that were never given before."""
        if not self.drawn or self._forks_seen != _forks[0]:
            self._forks_seen = _forks[0]
            many = os.urandom(NONCE_BYTES * _DRAWN_AT_ONCE)
            self.drawn[:] = [many[at : at + NONCE_BYTES] for at in range(0, len(many), NONCE_BYTES)]
        return self.drawn.pop()


_forks = [0]


def _forked() -> None:
    _forks[0] += 1


os.register_at_fork(after_in_child=_forked)


@dataclass(frozen=True)
class Keyring:
    """Encryption keys (first encrypts, all decrypt) and the digest key of one installation."""

    # Kept out of the repr: error reports and debuggers print it.
    encryption_keys: dict[int, bytes] = field(repr=False)
    digest_key: bytes = field(repr=False)

    @cached_property
    def _ciphers(self) -> dict[int, AESGCM]:
        return {number: AESGCM(key) for number, key in self.encryption_keys.items()}

    @cached_property
    def _current(self) -> tuple[bytes, AESGCM]:
        number = next(iter(self.encryption_keys))
        return bytes([number]), self._ciphers[number]

    @property
    def current_prefix(self) -> bytes:
        """The first byte of whatever is encrypted today: the key's id."""
        return self._current[0]

    def encrypt(self, plain: bytes, place: bytes) -> bytes:
        """Ciphertext bound to `place` (`b"table.column"`): key id, nonce, AES-256-GCM of `plain`, tag.

        Nonces are random: a key is good for some four thousand million values (NIST SP 800-38D, 8.3), then rotate.
        """
        number, cipher = self._current
        nonce = os.urandom(NONCE_BYTES)
        return number + nonce + cipher.encrypt(nonce, plain, place)

    def sealer(self, place: bytes) -> Callable[[bytes], bytes]:
        """`encrypt` for one place, for writers that seal millions of values: as good, with less work for each."""
        number, cipher = self._current
        encrypt, next_nonce = cipher.encrypt, Nonces().next

        def seal(plain: bytes) -> bytes:
            nonce = next_nonce()
            return number + nonce + encrypt(nonce, plain, place)

        return seal

    def decrypt(self, sealed: bytes, place: bytes) -> bytes:
        """The plain bytes of `encrypt`. Raises Undecryptable."""
        cipher = self._ciphers.get(sealed[0]) if sealed else None
        if cipher is None:
            raise Undecryptable(f"No key for a value of {place.decode(errors='replace')}.")
        try:
            return cipher.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], place)
        except (InvalidTag, ValueError) as error:
            raise Undecryptable(f"A value of {place.decode(errors='replace')} can't be opened.") from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether `sealed` was made with the key that encrypts today."""
        return sealed[:1] == self._current[0]

    def digest(self, domain: str, value: str) -> bytes:
        """16 bytes that stand for `value` and don't give it away: HMAC-SHA256 with the domain in front, cut."""
        return self.mac(domain, value.encode())[:DIGEST_BYTES]

    def digester(self, domain: str) -> Callable[[bytes], bytes]:
        """`digest` for one domain and values in UTF-8, for writers that digest millions of them."""
        first, second = self._pads
        inner = first.copy()
        inner.update(domain.encode() + b"\0")
        begin, end = inner.copy, second.copy

        def digest(value: bytes) -> bytes:
            half, whole = begin(), end()
            half.update(value)
            whole.update(half.digest())
            mac: bytes = whole.digest()
            return mac[:DIGEST_BYTES]

        return digest

    def mac(self, domain: str, message: bytes) -> bytes:
        """32 bytes that nobody without the digest key can make for `message`: HMAC-SHA256, the domain in front."""
        return self._mac(domain.encode() + b"\0" + message)

    @cached_property
    def _pads(self) -> tuple[Any, Any]:
        """SHA-256 that has taken in the digest key, as HMAC begins its inner and its outer half (RFC 2104)."""
        key = self.digest_key.ljust(_BLOCK_BYTES, b"\0")
        return hashlib.sha256(bytes(b ^ 0x36 for b in key)), hashlib.sha256(bytes(b ^ 0x5C for b in key))

    def _mac(self, message: bytes) -> bytes:
        """HMAC-SHA256. Going on from copies of the pads takes a quarter of the time of `hmac.digest`: an import makes
        six for every row.
        """
        first, second = self._pads
        inner, outer = first.copy(), second.copy()
        inner.update(message)
        outer.update(inner.digest())
        mac: bytes = outer.digest()
        return mac


@cache
def keyring() -> Keyring:
    """The installation's keyring, from settings. Raises ImproperlyConfigured when keys are missing or broken."""
    if not settings.AMANAT_ENCRYPTION_KEYS or not settings.AMANAT_DIGEST_KEY:
        raise ImproperlyConfigured("AMANAT_ENCRYPTION_KEYS and AMANAT_DIGEST_KEY are not set.")
    return Keyring(parse_keys(settings.AMANAT_ENCRYPTION_KEYS), parse_key(settings.AMANAT_DIGEST_KEY))
