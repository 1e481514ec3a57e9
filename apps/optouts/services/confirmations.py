"""The link in the message by which a person confirms that they want to receive something again.

It goes to the address itself: whoever opens it has the address. Sealed for this one purpose; what an unsubscribe link
carries is no confirmation, and the other way round. Hidden in its token (`sealing`):

    form        1 byte, 1
    kind        1 byte, position in links.KINDS
    language    1 byte, position in links.LANGUAGES
    asked       8 bytes, microseconds since 1970
    digest     16 bytes of the address
    parts       1 byte count, then for each
        channel     1 byte, position in links.CHANNELS
        purpose     1 byte, its number in the registry
        sender      1 byte length, ASCII; empty for every sender
    masked      the rest, the address as the page shows it

A link is good for LIFETIME and any number of times: it lifts what was refused before it was asked for, and nothing
that was refused since.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings

from apps.core import clock
from apps.core.keyring import DIGEST_BYTES
from apps.optouts.choices import EVERY_SENDER
from apps.optouts.services.links import CHANNELS, KINDS, LANGUAGES, packed_mask, unpacked_mask
from apps.optouts.services.parts import Part
from apps.optouts.services.sealing import BadToken, Sealer
from apps.policies.registry import PURPOSE_BY_CODE, PURPOSE_BY_NUMBER

LIFETIME = timedelta(hours=48)
MOST_PARTS = 12
FORM = 1
_HEAD_BYTES, _MOMENT_BYTES = 3, 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SEALER = Sealer(b"amanat confirmation v1", b"amanat confirmation link", longest=1000)
_EVENTS = UUID("0f9a3a0e-55b4-4f86-9d0d-6d1a3a0f7c52")


class Expired(Exception):
    """A confirmation of ours whose time is over."""


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """What a person asked to receive again, for which address (by digest and masked), when and in which language."""

    kind: str
    digest: bytes
    masked: str
    asked: datetime
    parts: tuple[Part, ...]
    language: str = ""

    @property
    def expires(self) -> datetime:
        """The moment from which its link does nothing any more."""
        return self.asked + LIFETIME

    def event_id(self, part: Part) -> UUID:
        """The same for the same part of the same asking, however often it is confirmed."""
        return uuid5(_EVENTS, f"{self.kind}|{self.digest.hex()}|{self.asked.isoformat()}|{part.code}")

    def to_bytes(self) -> bytes:
        """The part of a token that is sealed. Raises ValueError when a value has no place in it."""
        if len(self.parts) > MOST_PARTS:
            raise ValueError("too many parts")
        head = bytes([FORM, KINDS.index(self.kind), LANGUAGES.index(self.language)])
        moment = ((self.asked - _EPOCH) // _MICROSECOND).to_bytes(_MOMENT_BYTES)
        parts = b"".join(map(_packed, self.parts))
        return head + moment + self.digest + bytes([len(self.parts)]) + parts + packed_mask(self.masked)

    @classmethod
    def from_bytes(cls, plain: bytes) -> "Confirmation":
        """The confirmation of `to_bytes`. Raises BadToken for a form that this version does not know."""
        form, kind, language = plain[:_HEAD_BYTES]
        if form != FORM:
            raise BadToken
        moment, rest = plain[_HEAD_BYTES : _HEAD_BYTES + _MOMENT_BYTES], plain[_HEAD_BYTES + _MOMENT_BYTES :]
        digest, count, rest = rest[:DIGEST_BYTES], rest[DIGEST_BYTES], rest[DIGEST_BYTES + 1 :]
        parts = []
        for _nth in range(count):
            size = rest[2]
            sender = rest[3 : 3 + size].decode("ascii") or EVERY_SENDER
            parts.append(Part(CHANNELS[rest[0]], PURPOSE_BY_NUMBER[rest[1]].code, sender))
            rest = rest[3 + size :]
        return cls(
            kind=KINDS[kind],
            digest=digest,
            masked=unpacked_mask(rest),
            asked=_EPOCH + int.from_bytes(moment) * _MICROSECOND,
            parts=tuple(parts),
            language=LANGUAGES[language],
        )


def _packed(part: Part) -> bytes:
    sender = b"" if part.sender == EVERY_SENDER else part.sender.encode("ascii")
    return bytes([CHANNELS.index(part.channel), PURPOSE_BY_CODE[part.purpose].number, len(sender)]) + sender


def seal_confirmation(confirmation: Confirmation) -> str:
    """The token of a confirmation."""
    return _SEALER.seal(confirmation.to_bytes())


def open_confirmation(token: str) -> Confirmation:
    """The confirmation of a token. Raises BadToken, Expired."""
    plain = _SEALER.open(token)
    try:
        confirmation = Confirmation.from_bytes(plain)
    except (ValueError, IndexError, KeyError, OverflowError):
        raise BadToken from None
    if clock.now() >= confirmation.expires:
        raise Expired
    return confirmation


def confirmation_url(confirmation: Confirmation) -> str:
    """The address that goes into the message."""
    return f"{settings.PUBLIC_BASE_URL}/u/confirm/{seal_confirmation(confirmation)}"
