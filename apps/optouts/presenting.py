"""How opt-outs look on the desk."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.choices import Channel, IdentifierKind
from apps.optouts.choices import EVERY_PURPOSE, EVERY_SENDER
from apps.optouts.models import Suppression
from apps.policies.registry import ADVERTISING
from apps.subjects.models import Identifier

# What the desk shows beside an address of each kind; the person's own token and cards are no addresses.
SHOWN_CHANNELS: dict[str, tuple[Channel, ...]] = {
    IdentifierKind.PHONE: (Channel.SMS, Channel.CALL, Channel.MESSENGER, Channel.PUSH),
    IdentifierKind.EMAIL: (Channel.EMAIL,),
    IdentifierKind.PUSH: (Channel.PUSH,),
}
STOPPED, PARTLY, OPEN = "stopped", "partly", "open"


@dataclass(frozen=True)
class ChannelState:
    """One channel of one address: `stopped` for all advertising, `partly` for some of it, or `open`."""

    channel: Channel
    state: str


@dataclass(frozen=True)
class AddressState:
    """One address of a person with its channels."""

    kind: str
    masked: str
    channels: list[ChannelState]


def address_states(held: Sequence[Identifier], suppressions: Sequence[Suppression]) -> list[AddressState]:
    """What may be sent to each address of one person, as sending asks: by channel, for advertising of any sender."""
    return [
        AddressState(
            str(row.get_kind_display()),
            row.masked,
            channel_states(row.kind, bytes(row.digest), suppressions),
        )
        for row in held
        if row.kind in SHOWN_CHANNELS
    ]


def channel_states(kind: str, digest: bytes, suppressions: Sequence[Suppression]) -> list[ChannelState]:
    """The channels that reach an address; `suppressions` are its own and those of its person's other addresses."""
    return [ChannelState(channel, _state(digest, channel, suppressions)) for channel in SHOWN_CHANNELS.get(kind, ())]


def _state(digest: bytes, channel: Channel, suppressions: Sequence[Suppression]) -> str:
    concerned = [
        s for s in suppressions if s.channel == Channel.ALL or (bytes(s.digest), s.channel) == (digest, channel)
    ]
    if any(s.purpose in (ADVERTISING, EVERY_PURPOSE) and s.sender == EVERY_SENDER for s in concerned):
        return STOPPED
    return PARTLY if concerned else OPEN
