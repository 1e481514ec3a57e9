"""What the preference page offers for one address: the parts of advertising, and what of them is stopped already.

Names and what is stopped come from the database, within a deadline; without it the page still offers every refusal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from apps.core.choices import Channel
from apps.optouts.choices import EVERY_PURPOSE, EVERY_SENDER, Reason
from apps.optouts.models import Suppression
from apps.optouts.presenting import SHOWN_CHANNELS
from apps.optouts.services.bounded import BoundedWriter
from apps.optouts.services.links import Link
from apps.optouts.services.parts import EVERYTHING, Part
from apps.optouts.titles import purpose_title
from apps.partners.models import Partner
from apps.policies.registry import ADVERTISING, PURPOSE_BY_CODE, PURPOSES

# More senders than anybody wants to scroll through: the rest is in the list of the narrow choice.
MOST_ROWS = 12

_reader = BoundedWriter()


@dataclass(frozen=True)
class Stop:
    """One suppression that bears upon the address: `own` when it is of this address, else of another of the person."""

    part: Part
    reason: str
    since: datetime
    own: bool

    @property
    def liftable(self) -> bool:
        """Whether the person can lift it here: their own refusal, given with this address."""
        return self.own and self.reason == Reason.REFUSAL

    def covers(self, part: Part) -> bool:
        """Whether it stops all of this part."""
        parent = PURPOSE_BY_CODE[part.purpose].parent or part.purpose
        return (
            self.part.channel in (part.channel, Channel.ALL)
            and self.part.purpose in (part.purpose, parent, EVERY_PURPOSE)
            and self.part.sender in (part.sender, EVERY_SENDER)
        )

    def bears_upon(self, part: Part) -> bool:
        """Whether it stops something of this part."""
        topics_alike = {self.part.purpose, part.purpose} & {ADVERTISING, EVERY_PURPOSE}
        return (
            (self.part.channel == part.channel or Channel.ALL in (self.part.channel, part.channel))
            and (self.part.purpose == part.purpose or bool(topics_alike))
            and (self.part.sender == part.sender or EVERY_SENDER in (self.part.sender, part.sender))
        )


@dataclass(frozen=True)
class Known:
    """What the database says: {code of a sender: its name}, and what is stopped, widest and oldest first."""

    senders: Mapping[str, str] = field(default_factory=dict)
    stops: tuple[Stop, ...] = ()

    def stopping(self, part: Part) -> Stop | None:
        """The first of what stops all of a part."""
        return next((stop for stop in self.stops if stop.covers(part)), None)

    @property
    def liftable(self) -> list[Stop]:
        """What the person can lift with this address."""
        return [stop for stop in self.stops if stop.liftable]


def look_up(digest: bytes) -> Known | None:
    """What is known about an address; None when the database does not answer in time."""
    return _reader.ask(lambda: _look_up(digest))


def _look_up(digest: bytes) -> Known:
    rows = Suppression.objects.concerning(digest)
    stops = [
        Stop(Part(row.channel, row.purpose, row.sender), row.reason, row.since, bytes(row.digest) == digest)
        for row in rows
    ]
    stops.sort(key=lambda stop: (not stop.own, _narrowness(stop.part), stop.since))
    wanted = {stop.part.sender for stop in stops}
    partners = Partner.objects.order_by("name").values_list("code", "name", "active")
    return Known({code: name for code, name, active in partners if active or code in wanted}, tuple(stops))


def _narrowness(part: Part) -> int:
    everything = (part.channel == Channel.ALL, part.purpose == ADVERTISING, part.sender == EVERY_SENDER)
    return everything.count(False)


@dataclass(frozen=True)
class Option:
    """One row of the page: its part, its title, and what stops it."""

    part: Part
    title: str
    stop: Stop | None


def channels_of(link: Link) -> list[Channel]:
    """The channels that reach an address."""
    shown = SHOWN_CHANNELS.get(link.kind, ())
    return list(shown) or [Channel(link.channel)]


def topics() -> list[str]:
    """Codes of the topics within advertising."""
    return [purpose.code for purpose in PURPOSES if purpose.advertising and purpose.parent]


def senders_of(link: Link, known: Known | None, operator: str) -> dict[str, str]:
    """Who may be refused, with names: the operator, the link's own sender, the partners as far as they are known.

    Every partner is offered, not only those who hold something of this person: whoever has the link must not learn
    where somebody shops.
    """
    senders = {Partner.OPERATOR: operator}
    if link.sender not in (EVERY_SENDER, Partner.OPERATOR):
        senders[link.sender] = _("The sender of this message")
    return senders | {code: name for code, name in (known.senders if known else {}).items() if code != Partner.OPERATOR}


def offers(link: Link, known: Known | None, senders: Mapping[str, str]) -> list[tuple[str, list[Option]]]:
    """The page's groups: by channel, by topic, by sender."""
    known = known or Known()
    groups = [
        (_("By channel"), [(Part(channel), str(channel.label)) for channel in channels_of(link)]),
        (_("By topic"), [(Part(purpose=code), purpose_title(code)) for code in topics()]),
        (_("By sender"), [(Part(sender=code), name) for code, name in list(senders.items())[:MOST_ROWS]]),
    ]
    return [(title, [Option(part, words, known.stopping(part)) for part, words in rows]) for title, rows in groups]


def words(part: Part, senders: Mapping[str, str]) -> str:
    """A part of advertising in a line: `All advertising`, `SMS · Partners' offers · Bereke`."""
    if part == EVERYTHING:
        return _("All advertising")
    channel = "" if part.channel == Channel.ALL else str(Channel(part.channel).label)
    sender = "" if part.sender == EVERY_SENDER else senders.get(part.sender, part.sender)
    return " · ".join(piece for piece in (channel, purpose_title(part.purpose), sender) if piece)
