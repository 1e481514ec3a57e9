"""Unsubscribe links: what a link covers, sealed into a short token that only our keys open.

A token (`sealing`) hides

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

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from apps.core import identifiers
from apps.core.choices import Channel, IdentifierKind
from apps.core.keyring import DIGEST_BYTES
from apps.optouts.choices import EVERY_SENDER
from apps.optouts.services.sealing import BadToken, Sealer
from apps.policies.registry import ADVERTISING, PURPOSE_BY_CODE, PURPOSE_BY_NUMBER

FORM = 1
KINDS = (
    IdentifierKind.PHONE, IdentifierKind.EMAIL, IdentifierKind.TOKEN, IdentifierKind.CARD, IdentifierKind.PUSH,
)  # fmt: skip
CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.PUSH, Channel.CALL, Channel.MESSENGER, Channel.ALL)
LANGUAGES = ("", "ky", "ru", "en")

_SEALER = Sealer(b"amanat link v1", b"amanat unsubscribe link")
_HIDDEN = identifiers.DOT * 3
_HEAD_BYTES = 5


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
        before, behind = self.frame()
        return before + self.digest + behind + packed_mask(self.masked)

    def frame(self) -> tuple[bytes, bytes]:
        """What a token says beside the address: before its digest, and between the digest and the masked form."""
        sender = b"" if self.sender == EVERY_SENDER else self.sender.encode("ascii")
        campaign = self.campaign.encode()
        head = (
            FORM, KINDS.index(IdentifierKind(self.kind)), CHANNELS.index(Channel(self.channel)),
            LANGUAGES.index(self.language), PURPOSE_BY_CODE[self.purpose].number,
        )  # fmt: skip
        sizes = [bytes([len(part)]) + part for part in (sender, campaign)]
        return bytes(head), b"".join(sizes)

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
            masked=unpacked_mask(masked),
        )


def packed_mask(masked: str) -> bytes:
    """A masked address, short enough for a short message."""
    return masked.replace(_HIDDEN, "\0").encode()


def unpacked_mask(packed: bytes) -> str:
    """The masked address of `packed_mask`. Raises ValueError."""
    return packed.decode().replace("\0", _HIDDEN)


def seal(link: Link) -> str:
    """The token of a link."""
    return _SEALER.seal(link.to_bytes())


def unseal(token: str) -> Link:
    """The link of a token. Raises BadToken."""
    plain = _SEALER.open(token)
    try:
        return Link.from_bytes(plain)
    except (ValueError, IndexError, KeyError):
        raise BadToken from None


def link_url(link: Link) -> str:
    """The exact final address of a link's page."""
    return f"{settings.PUBLIC_BASE_URL}/u/{seal(link)}"


def url_maker(scope: Link) -> Callable[[bytes, str], str]:
    """`link_url` for many addresses, each given by its digest and masked form, of the scope that this link has."""
    before, behind = scope.frame()
    seal, base = _SEALER.sealing(), f"{settings.PUBLIC_BASE_URL}/u/"

    def url(digest: bytes, masked: str) -> str:
        return base + seal(before + digest + behind + packed_mask(masked))

    return url
