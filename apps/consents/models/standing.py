"""The rule that says what a person's consent is at a moment, from the acts that are known of them.

It depends on when things happened, never on the order in which they came to be known:

1. Acts that a correction names, and corrections themselves, count at no moment.
2. For a channel speak the acts that name it and those that name none.
3. Of what was said up to the moment the latest counts. Of acts at one moment an end beats a beginning, and of two
   beginnings the one that expires first counts.
4. A consent is over from the moment in which it expires.
5. A request is a state only where it was made while nothing was in force; it changes nothing that is.

The SQL of it, for many people at once, is `services.as_of`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from apps.consents.choices import ENDING, EVERY_CHANNEL, RANK, State

if TYPE_CHECKING:
    from apps.consents.models.events import ConsentEvent

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Standing:
    """A state, since when, until when (None: endless), and the act that it rests on."""

    state: State
    since: datetime
    expires_at: datetime | None
    event: "ConsentEvent"

    @property
    def in_force(self) -> bool:
        """Whether something may rest on it."""
        return self.state == State.GIVEN


def _order(event: "ConsentEvent") -> tuple[datetime, int, float, int]:
    soonest = -(event.expires_at or _NEVER).timestamp()
    return (event.occurred_at, RANK[State(event.state)], soonest, event.pk or 0)


def standing_of(events: Iterable["ConsentEvent"], at: datetime, channel: str = EVERY_CHANNEL) -> Standing | None:
    """What holds at a moment for a channel, by the events of one person about one purpose; None when nothing was said.

    Without a channel only acts that name none speak.
    """
    speaking = [e for e in events if e.counts and e.channel in (EVERY_CHANNEL, channel) and e.occurred_at <= at]
    decided = max((e for e in speaking if e.state != State.REQUESTED), key=_order, default=None)
    asked = max((e for e in speaking if e.state == State.REQUESTED), key=_order, default=None)
    if asked and (decided is None or asked.occurred_at > decided.occurred_at) and not _in_force(decided, asked):
        return Standing(State.REQUESTED, asked.occurred_at, None, asked)
    if decided is None:
        return None
    if decided.state == State.GIVEN and decided.expires_at and decided.expires_at <= at:
        return Standing(State.EXPIRED, decided.expires_at, decided.expires_at, decided)
    return Standing(State(decided.state), decided.occurred_at, decided.expires_at, decided)


def _in_force(decided: "ConsentEvent | None", asked: "ConsentEvent") -> bool:
    """Whether what was decided before was in force when it was asked for."""
    if decided is None or decided.state != State.GIVEN:
        return False
    return decided.expires_at is None or decided.expires_at > asked.occurred_at


def held_since_among(events: Iterable["ConsentEvent"], at: datetime) -> datetime | None:
    """Since when, by events of one person about one purpose that all speak of one channel, a consent has been in force
    at a moment without a break; None when it is not.
    """
    since: datetime | None = None
    until: datetime | None = None
    known = [e for e in events if e.counts and e.state != State.REQUESTED and e.occurred_at <= at]
    for event in sorted(known, key=_order):
        if until is not None and until < event.occurred_at:  # what is given anew in that moment is unbroken
            since = None
        if event.state in ENDING:
            since = until = None
        else:
            since, until = since or event.occurred_at, event.expires_at
    return since if until is None or until > at else None
