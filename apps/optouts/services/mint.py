"""Making unsubscribe links and the headers that they go into."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from apps.core import identifiers
from apps.core.choices import Channel, IdentifierKind
from apps.core.identifiers import Unusable
from apps.core.keyring import keyring
from apps.optouts.choices import EVERY_SENDER
from apps.optouts.services.links import Link, url_maker
from apps.policies.registry import ADVERTISING, PURPOSE_BY_CODE

ONE_CLICK = "List-Unsubscribe=One-Click"

_KIND_OF_CHANNEL: dict[str, str] = {
    Channel.EMAIL: IdentifierKind.EMAIL,
    Channel.SMS: IdentifierKind.PHONE,
    Channel.CALL: IdentifierKind.PHONE,
    Channel.MESSENGER: IdentifierKind.PHONE,
}


@dataclass(frozen=True, kw_only=True)
class Mailing:
    """What the links of one mailing have in common. `purpose` is that of the message, a code of the registry."""

    channel: str
    purpose: str = ADVERTISING
    sender: str = EVERY_SENDER
    campaign: str = ""
    language: str = ""

    @property
    def refusable(self) -> str:
        """The purpose that its links stop: its own, or advertising where the message itself is a service (P16)."""
        return self.purpose if PURPOSE_BY_CODE[self.purpose].advertising else ADVERTISING

    @property
    def has_headers(self) -> bool:
        """Whether its messages carry List-Unsubscribe: advertising by e-mail only (RFC 8058, P16)."""
        return self.channel == Channel.EMAIL and PURPOSE_BY_CODE[self.purpose].advertising


class Minted(NamedTuple):
    """A link's address and the values of the two headers, empty where a message carries none."""

    unsubscribe_url: str
    list_unsubscribe: str = ""
    list_unsubscribe_post: str = ""


@dataclass(frozen=True)
class _Way:
    """How addresses of one kind become links."""

    normalise: Callable[[str], str]
    digest: Callable[[bytes], bytes]
    mask: Callable[[str], str]
    url: Callable[[bytes, str], str]


class Minter:
    """Mints the links of one mailing. What they have in common is made ready once, for there may be millions."""

    def __init__(self, mailing: Mailing) -> None:
        self._mailing = mailing
        self._has_headers = mailing.has_headers
        self._ways: dict[str, _Way] = {}

    def __call__(self, raw: str) -> Minted:
        """The link of one address as it was written. Works without the person being known. Raises Unusable."""
        kind = kind_of_address(self._mailing.channel, raw)
        way = self._ways.get(kind) or self._way(kind)
        value = way.normalise(raw)
        url = way.url(way.digest(value.encode()), way.mask(value))
        return Minted(url, f"<{url}>", ONE_CLICK) if self._has_headers else Minted(url)

    def _way(self, kind: str) -> _Way:
        mailing = self._mailing
        scope = Link(
            kind=kind,
            digest=b"",
            channel=mailing.channel,
            masked="",
            purpose=mailing.refusable,
            sender=mailing.sender,
            campaign=mailing.campaign,
            language=mailing.language,
        )
        way = self._ways[kind] = _Way(
            normalise=identifiers.NORMALISERS[kind],
            digest=keyring().digester(identifiers.digest_domain(kind)),
            mask=partial(identifiers.mask, kind),
            url=url_maker(scope),
        )
        return way


def mint(*, mailing: Mailing, raw: str) -> Minted:
    """One link, as a Minter makes it. Raises Unusable."""
    return Minter(mailing)(raw)


def kind_of_address(channel: str, raw: str) -> str:
    """What kind of identifier a channel's address is; told by its look for push and for every channel.

    Raises Unusable `malformed` when it looks like no address.
    """
    if channel in _KIND_OF_CHANNEL:
        return _KIND_OF_CHANNEL[channel]
    kind = identifiers.guess_kind(raw)
    if kind in (IdentifierKind.PHONE, IdentifierKind.EMAIL):
        return kind
    if channel == Channel.PUSH:
        return IdentifierKind.PUSH
    raise Unusable("malformed")
