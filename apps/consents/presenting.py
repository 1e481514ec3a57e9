"""How consents look on the screen: a matrix of purposes and channels at a moment, and what the person had been told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.consents.choices import CHANNEL_CHOICES, CHANNELS, EVERY_CHANNEL, State
from apps.consents.models import ConsentEvent, Standing, standing_of
from apps.consents.services.as_of import Place, states_of_person
from apps.consents.services.recipients import ENDS_TRANSFER, TRANSFER, ToTell, to_tell
from apps.core.choices import Channel
from apps.policies.models import PolicyEdition
from apps.policies.registry import PURPOSE_BY_CODE, PURPOSES, purpose_title
from apps.subjects.models import Subject

ICONS = {
    State.REQUESTED: "hourglass_top", State.GIVEN: "check_circle", State.REFUSED: "block", State.WITHDRAWN: "undo",
    State.REVOKED: "gavel", State.EXPIRED: "timer_off", State.INVALIDATED: "cancel",
}  # fmt: skip
COLOURS = {State.GIVEN: "am-green", State.REQUESTED: "", State.EXPIRED: "am-amber"}
# A cell of the matrix has room for one word.
WORDS: dict[State, str | Promise] = {
    State.REQUESTED: pgettext_lazy("state of a consent", "Asked for"),
    State.GIVEN: pgettext_lazy("state of a consent", "Given"),
    State.REFUSED: pgettext_lazy("state of a consent", "Refused"),
    State.WITHDRAWN: pgettext_lazy("state of a consent", "Withdrawn"),
    State.REVOKED: pgettext_lazy("state of a consent", "Revoked"),
    State.EXPIRED: pgettext_lazy("state of a consent", "Expired"),
    State.INVALIDATED: pgettext_lazy("state of a consent", "Invalid"),
}
_CHANNEL_TITLES = dict(CHANNEL_CHOICES)
_EVIDENCE = ("edition__document", "wording", "actor", "partner")


@dataclass(frozen=True)
class Cell:
    """One purpose by one channel: `place` is None where nothing was said; `inherited` when it was said of every
    channel.
    """

    channel: str
    title: str
    place: Place | None = None
    event: ConsentEvent | None = None
    inherited: bool = False

    @property
    def word(self) -> str | Promise:
        """The state in a word."""
        return WORDS[self.place.state] if self.place else _("nothing said")

    @property
    def icon(self) -> str:
        """Of the state."""
        return ICONS[self.place.state] if self.place else "remove"

    @property
    def colour(self) -> str:
        """Of the state."""
        return COLOURS.get(self.place.state, "am-red") if self.place else "am-none"

    @property
    def in_force(self) -> bool:
        """Whether something may rest on it."""
        return self.place is not None and self.place.state == State.GIVEN


@dataclass(frozen=True)
class Row:
    """A purpose: one cell for each channel, or a single one where the purpose has none."""

    purpose: str
    title: str
    by_consent: bool
    cells: list[Cell]

    @property
    def whole(self) -> bool:
        """Whether one cell stands for all."""
        return len(self.cells) == 1


@dataclass(frozen=True)
class Matrix:
    """What held at `at`; `now` when that is the present. `told` are the editions in force then, of each document one;
    `recipients` have to be told that nothing may be transferred to them any more, where `transfer_over`.
    """

    at: datetime
    now: bool
    rows: list[Row]
    told: list[PolicyEdition]
    recipients: list[ToTell] = field(default_factory=list)
    transfer_over: bool = False

    @property
    def channels(self) -> list[str | Promise]:
        """The titles of the columns."""
        return [Channel.ALL.label, *(channel.label for channel in CHANNELS)]

    @property
    def said(self) -> bool:
        """Whether anything was."""
        return any(cell.place for row in self.rows for cell in row.cells)


def matrix_of(subject: Subject, at: datetime, *, now: bool) -> Matrix:
    """The matrix of one person, by a number of queries that does not depend on what was said."""
    places = states_of_person(subject.pk, at=at)
    deciding = {place.event_id for place in places.values()}
    events = ConsentEvent.objects.select_related(*_EVIDENCE).in_bulk(deciding)
    rows = [_row(purpose, places, events) for purpose in _purposes(places)]
    over = (place := places.get((TRANSFER, EVERY_CHANNEL))) is not None and place.state in ENDS_TRANSFER
    recipients = to_tell(subject.pk) if over else []
    return Matrix(at, now, rows, editions_in_force(at), recipients, over)


def editions_in_force(at: datetime) -> list[PolicyEdition]:
    """Of each document the edition that was in force, the latest first."""
    editions = PolicyEdition.objects.in_force_each(at).select_related("document").defer("text_ky", "text_ru", "text_en")
    return sorted(editions, key=lambda edition: (edition.effective_at, edition.number), reverse=True)


def _purposes(places: Iterable[tuple[str, str]]) -> list[str]:
    """What rests on consent, the transfer, and whatever else somebody spoke of."""
    spoken = {purpose for purpose, _channel in places}
    shown = [p for p in PURPOSES if p.on_consent or p.code == TRANSFER or p.code in spoken]
    usual = [p.code for p in sorted(shown, key=lambda p: not p.on_consent)]
    return [*usual, *sorted(spoken - set(usual))]


def _row(purpose: str, places: dict[tuple[str, str], Place], events: dict[int, ConsentEvent]) -> Row:
    known = PURPOSE_BY_CODE.get(purpose)
    spoken = {channel for code, channel in places if code == purpose}
    spread = (known is not None and known.advertising) or spoken - {EVERY_CHANNEL}
    cells = [_cell(purpose, EVERY_CHANNEL, Channel.ALL.label, places, events)]
    if spread:
        cells += [_cell(purpose, channel, channel.label, places, events) for channel in CHANNELS]
    return Row(purpose, purpose_title(purpose), known is not None and known.on_consent, cells)


def _cell(
    purpose: str, channel: str, title: str | Promise, places: dict[tuple[str, str], Place],
    events: dict[int, ConsentEvent],
) -> Cell:  # fmt: skip
    own = places.get((purpose, channel))
    place = own or places.get((purpose, EVERY_CHANNEL))
    event = events.get(place.event_id) if place else None
    inherited = event is not None and channel != EVERY_CHANNEL and event.channel == EVERY_CHANNEL
    return Cell(str(channel), str(title), place, event, inherited)


def stated(events: Sequence[ConsentEvent], channel: str, at: datetime) -> list[tuple[str, Standing | None]]:
    """What held at a moment by these acts about one purpose: for a channel, or for each that was named."""
    named = {event.channel for event in events}
    places = [channel] if channel else [EVERY_CHANNEL, *(one for one in CHANNELS if one in named)]
    return [(str(_CHANNEL_TITLES[place]), standing_of(events, at, place)) for place in places]


def latest_events(subject: Subject, most: int) -> list[ConsentEvent]:
    """The newest acts of a person, corrected ones too, each with what is known of it."""
    events = ConsentEvent.objects.filter(subject=subject).select_related(*_EVIDENCE, "note", "corrects")
    return list(events.order_by("-occurred_at", "-recorded_at", "-pk")[:most])
