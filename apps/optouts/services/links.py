"""Unsubscribe links: what a link covers, sealed into a short token that only our keys open.

A token is base64url (no padding) of

    key number   1 byte, which of AMANAT_LINK_KEYS sealed it (1 to 255)
    seal        16 bytes, AES-SIV's synthetic nonce and tag in one
    ciphertext   as long as what it hides:
        form        1 byte, 1
        kind        1 byte, position in KINDS
        channel     1 byte, position in CHANNELS
        language    1 byte, position in LANGUAGES
        purpose     1 byte, its number in the registry
        digest     16 bytes of the address
        sender      1 byte length, ASCII; empty for every sender
        campaign    1 byte length, UTF-8
        masked      the rest, UTF-8, the address as the page shows it, `•••` written as one zero byte

AES-SIV is deterministic: one scope has one link, which mailings may repeat and caches may keep. Every key verifies,
the first one mints, and nothing in a token expires: old messages keep their way out (RFC 8058). A phone's token has
about 70 characters. The three tables only ever grow at their ends.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from apps.core import identifiers
from apps.core.choices import IdentifierKind
from apps.core.keyring import DIGEST_BYTES, parse_keys
from apps.optouts.choices import EVERY_SENDER, Channel
from apps.policies.registry import ADVERTISING, PURPOSE_BY_CODE, PURPOSE_BY_NUMBER

FORM = 1
KINDS = (
    IdentifierKind.PHONE, IdentifierKind.EMAIL, IdentifierKind.TOKEN, IdentifierKind.CARD, IdentifierKind.PUSH,
)  # fmt: skip
CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.PUSH, Channel.CALL, Channel.MESSENGER, Channel.ALL)
LANGUAGES = ("", "ky", "ru", "en")

MAX_TOKEN_LENGTH = 400
_PLACE = [b"amanat unsubscribe link"]
_HIDDEN = identifiers.DOT * 3
_HEAD_BYTES = 5


class BadToken(Exception):
    """A token that none of our keys sealed. It says nothing about why: whoever tries shall learn nothing."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """What a link stops, for which address, and how its page greets: an address by digest and in masked form."""

    kind: str
    digest: bytes
    channel: str
    masked: str
    purpose: str = ADVERTISING
    sender: str = EVERY_SENDER
    campaign: str = ""
    language: str = ""

    def to_bytes(self) -> bytes:
        """The part of a token that is sealed. Raises ValueError when a value has no place in it."""
        sender = b"" if self.sender == EVERY_SENDER else self.sender.encode("ascii")
        campaign = self.campaign.encode()
        head = (
            FORM, KINDS.index(IdentifierKind(self.kind)), CHANNELS.index(Channel(self.channel)),
            LANGUAGES.index(self.language), PURPOSE_BY_CODE[self.purpose].number,
        )  # fmt: skip
        sizes = [bytes([len(part)]) + part for part in (sender, campaign)]
        return bytes(head) + self.digest + b"".join(sizes) + self.masked.replace(_HIDDEN, "\0").encode()

    @classmethod
    def from_bytes(cls, plain: bytes) -> "Link":
        """The link of `to_bytes`. Raises BadToken for a form that this version does not know."""
        if plain[0] != FORM:
            raise BadToken
        _form, kind, channel, language, purpose = plain[:_HEAD_BYTES]
        digest, rest = plain[_HEAD_BYTES : _HEAD_BYTES + DIGEST_BYTES], plain[_HEAD_BYTES + DIGEST_BYTES :]
        sender, rest = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
        campaign, masked = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
        return cls(
            kind=KINDS[kind],
            digest=digest,
            channel=CHANNELS[channel],
            language=LANGUAGES[language],
            purpose=PURPOSE_BY_NUMBER[purpose].code,
            sender=sender.decode("ascii") or EVERY_SENDER,
            campaign=campaign.decode(),
            masked=masked.decode().replace("\0", _HIDDEN),
        )


@cache
def _seals(keys: tuple[str, ...]) -> dict[int, AESSIV]:
    return {
        number: AESSIV(hmac.digest(key, b"amanat link v1", "sha512")) for number, key in parse_keys(list(keys)).items()
    }


def seal(link: Link) -> str:
    """The token of a link."""
    number, cipher = next(iter(_seals(tuple(settings.AMANAT_LINK_KEYS)).items()))
    sealed = bytes([number]) + cipher.encrypt(link.to_bytes(), _PLACE)
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def unseal(token: str) -> Link:
    """The link of a token. Raises BadToken."""
    sealed = _decode(token)
    cipher = _seals(tuple(settings.AMANAT_LINK_KEYS)).get(sealed[0])
    if cipher is None:
        raise BadToken
    try:
        return Link.from_bytes(cipher.decrypt(sealed[1:], _PLACE))
    except (InvalidTag, ValueError, IndexError, KeyError):
        raise BadToken from None


def _decode(token: str) -> bytes:
    """The bytes of a token in the one spelling that we mint: base64 has several for the same bytes."""
    if not token or len(token) > MAX_TOKEN_LENGTH or not token.isascii():
        raise BadToken
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise BadToken from None
    if base64.urlsafe_b64encode(sealed).rstrip(b"=").decode() != token:
        raise BadToken
    return sealed


def link_url(link: Link) -> str:
    """The exact final address of a link's page."""
    return f"{settings.PUBLIC_BASE_URL}/u/{seal(link)}"
