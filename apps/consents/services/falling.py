"""What ends because something wider was refused: consents that are in force, or asked for, where somebody refused."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import User
from apps.consents.choices import CHANNELS, EVERY_CHANNEL, REFUSING, State
from apps.consents.models import ConsentEvent, standing_of
from apps.consents.services.refresh import people_among, refresh_states
from apps.core import clock
from apps.policies.registry import PURPOSES


@dataclass(frozen=True, kw_only=True)
class Fall:
    """A person refused something of which this purpose is a part, by this channel (empty: by every one)."""

    subject_id: int
    purpose: str
    channel: str
    medium: str
    occurred_at: datetime
    campaign: str = ""


def topics_of(purpose: str) -> list[str]:
    """The purposes that fall with a purpose."""
    return [topic.code for topic in PURPOSES if topic.parent == purpose]


def topics_below(event: ConsentEvent) -> list[Fall]:
    """What falls with an event: nothing, unless it refuses a purpose that has topics."""
    if event.state not in REFUSING:
        return []
    said = {"channel": event.channel, "medium": event.medium, "campaign": event.campaign}
    return [
        Fall(subject_id=event.subject_id, purpose=topic, occurred_at=event.occurred_at, **said)
        for topic in topics_of(event.purpose)
    ]


def let_fall(*, actor: User | None, falls: Sequence[Fall], batch: int | None = None) -> list[ConsentEvent]:
    """End what was in force or asked for when it was refused, and only that; the events that were added.

    Withdrawn where it was given, refused where it was asked for. The caller holds the people's rows, and records it.
    """
    if not falls:
        return []
    known = _events_of(falls)
    now = clock.now()
    ended = [
        ConsentEvent(
            subject_id=fall.subject_id, purpose=fall.purpose, channel=fall.channel, state=state, medium=fall.medium,
            occurred_at=fall.occurred_at, recorded_at=now, campaign=fall.campaign, actor=actor, batch=batch,
        )
        for fall in dict.fromkeys(falls)
        if (fall.subject_id, fall.purpose) in known
        and (state := _end_of(known[fall.subject_id, fall.purpose], fall))
    ]  # fmt: skip
    added = ConsentEvent.objects.bulk_create(ended, 1000)
    if added:
        people = people_among(sorted({event.subject_id for event in added}))
        refresh_states(people, sorted({event.purpose for event in added}))
    return added


def _events_of(falls: Sequence[Fall]) -> dict[tuple[int, str], list[ConsentEvent]]:
    people, purposes = {fall.subject_id for fall in falls}, {fall.purpose for fall in falls}
    known: dict[tuple[int, str], list[ConsentEvent]] = defaultdict(list)
    for event in ConsentEvent.objects.filter(subject__in=people, purpose__in=purposes, counts=True):
        known[event.subject_id, event.purpose].append(event)
    return known


def _end_of(events: list[ConsentEvent], fall: Fall) -> State | None:
    states = set(_states(events, fall))
    if State.GIVEN in states:
        return State.WITHDRAWN
    return State.REFUSED if State.REQUESTED in states else None


def _states(events: list[ConsentEvent], fall: Fall) -> Iterator[State]:
    places = [fall.channel] if fall.channel else [EVERY_CHANNEL, *CHANNELS]
    for place in places:
        standing = standing_of(events, fall.occurred_at, place)
        if standing:
            yield standing.state
