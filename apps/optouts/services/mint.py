"""Making unsubscribe links and the headers that they go into."""

from dataclasses import dataclass

from apps.core import identifiers
from apps.core.choices import IdentifierKind
from apps.core.identifiers import Unusable
from apps.optouts.choices import EVERY_SENDER, Channel
from apps.optouts.services.links import Link, link_url
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


@dataclass(frozen=True)
class Minted:
    """A link's address and the values of the two headers, empty where a message carries none."""

    unsubscribe_url: str
    list_unsubscribe: str = ""
    list_unsubscribe_post: str = ""


def mint(*, mailing: Mailing, raw: str) -> Minted:
    """The link of one address as it was written. Works without the person being known. Raises Unusable."""
    url = link_url(_link(mailing, raw))
    return Minted(url, f"<{url}>", ONE_CLICK) if mailing.has_headers else Minted(url)


def _link(mailing: Mailing, raw: str) -> Link:
    kind = kind_of_address(mailing.channel, raw)
    value = identifiers.normalise(kind, raw)
    return Link(
        kind=kind,
        digest=identifiers.digest(kind, value),
        channel=mailing.channel,
        masked=identifiers.mask(kind, value),
        purpose=mailing.refusable,
        sender=mailing.sender,
        campaign=mailing.campaign,
        language=mailing.language,
    )


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
