"""Telling the other apps what people do not want any more."""

from collections.abc import Iterator, Sequence

from apps.accounts.models import User
from apps.consents.choices import CHANNELS, EVERY_CHANNEL, REFUSING
from apps.consents.models import ConsentEvent, ConsentState
from apps.policies.registry import PURPOSE_BY_CODE
from apps.subjects.refusals import Refusal, announce

APP = "consents"


def is_advertising(purpose: str) -> bool:
    """Whether a purpose of the register is advertising."""
    return purpose in PURPOSE_BY_CODE and PURPOSE_BY_CODE[purpose].advertising


def announce_ends(*, actor: User | None, events: Sequence[ConsentEvent], batch: int | None = None) -> None:
    """Let others hear of refusals and withdrawals of advertising that are the person's last word, states being fresh.

    Of an act about every channel only the channels that the person has not permitted again since.
    """
    ends = [event for event in events if event.state in REFUSING and is_advertising(event.purpose)]
    if ends:
        announce(APP, actor=actor, refusals=list(_refusals(ends)), batch=batch)


def _refusals(ends: Sequence[ConsentEvent]) -> Iterator[Refusal]:
    people, purposes = {event.subject_id for event in ends}, {event.purpose for event in ends}
    states = ConsentState.objects.filter(subject__in=people, purpose__in=purposes)
    last, permitted = set(), set()
    for event_id, state, *place in states.values_list("event_id", "state", "subject_id", "purpose", "channel"):
        last.add(event_id)
        if place[-1] and state not in REFUSING:
            permitted.add(tuple(place))
    for event in ends:
        if event.pk in last:
            open_again = {c for c in CHANNELS if (event.subject_id, event.purpose, c) in permitted}
            every = event.channel == EVERY_CHANNEL and open_again
            for channel in [c for c in CHANNELS if c not in open_again] if every else [event.channel]:
                yield _refusal(event, channel)


def _refusal(event: ConsentEvent, channel: str) -> Refusal:
    return Refusal(
        subject_id=event.subject_id, purpose=event.purpose, channel=channel, medium=event.medium,
        occurred_at=event.occurred_at, campaign=event.campaign,
    )  # fmt: skip
