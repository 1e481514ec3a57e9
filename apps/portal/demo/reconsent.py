"""How the demo's people agree, and are asked again after the second edition: what the pages of it show."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from apps.accounts.models import User
from apps.consents.choices import Medium, State
from apps.consents.services.ask_again import begin_asking, run_asking
from apps.consents.services.count import count_day
from apps.consents.services.record_consent import record_consent, withdraw
from apps.core import clock
from apps.core.choices import Channel
from apps.core.errors import NotPossible
from apps.policies.models import PolicyEdition
from apps.policies.registry import ADVERTISING
from apps.subjects.models import Subject

DAYS = 35
ASKED = 9  # days ago
TRANSFER = "transfer"
CHANNELS = ("", "", Channel.SMS, Channel.EMAIL, Channel.PUSH)
MEDIA = (Medium.PHONE, Medium.LETTER, Medium.APP, Medium.FORM)


def agree_by_letter(
    agent: User, people: Sequence[Subject], back: Callable[[float], AbstractContextManager[datetime]]
) -> None:
    """To advertising by SMS, for a year or without end; the first of them takes it back. `back` goes so many days."""
    for number, subject in enumerate(people):
        with back(30 - number) as moment:
            record_consent(
                actor=agent, subject=subject, purpose=ADVERTISING, channel=Channel.SMS, state=State.GIVEN,
                medium=Medium.LETTER, expires_at=moment + timedelta(days=365) if number % 2 else None, language="ky",
                edition=PolicyEdition.objects.in_force(moment).first(),
            )  # fmt: skip
    with back(3):
        withdraw(actor=agent, subject=people[0], purpose=ADVERTISING, channel=Channel.SMS, medium=Medium.PHONE)


@dataclass(frozen=True)
class Act:
    """One thing said, so many days ago; `edition` is its number, 0 where nobody noted it."""

    days: float
    subject: Subject
    state: State
    purpose: str
    channel: str
    medium: Medium
    edition: int


def _agreed(people: list[Subject], dice: random.Random) -> Iterator[Act]:
    """In the weeks before the second edition: under the first, some under nothing that anybody noted."""
    for subject in people:
        purpose, channel = (ADVERTISING, dice.choice(CHANNELS)) if dice.random() < 0.75 else (TRANSFER, "")
        seen = 1 if dice.random() < 0.8 else 0
        yield Act(dice.uniform(17, DAYS), subject, State.GIVEN, purpose, channel, dice.choice(MEDIA), seen)


def _answers(acts: list[Act], dice: random.Random) -> Iterator[Act]:
    """After it: half of them agree again, a few refuse; some withdraw by themselves before they are asked."""
    for act in acts:
        chance = dice.random()
        if chance < 0.5:
            yield Act(8.5 * dice.random(), act.subject, State.GIVEN, act.purpose, act.channel, Medium.LINK, 2)
        elif chance < 0.62:
            yield Act(8.5 * dice.random(), act.subject, State.REFUSED, act.purpose, act.channel, Medium.LINK, 2)
        elif chance < 0.68:
            yield Act(dice.uniform(10, 15), act.subject, State.WITHDRAWN, act.purpose, act.channel, Medium.PHONE, 0)


def agree_and_answer(agent: User, officer: User, people: list[Subject], told_at: datetime) -> None:
    """Everything in its order, and the figures of each day. People are asked nine days ago."""
    dice = random.Random(DAYS)  # noqa: S311
    agreed = list(_agreed(people, dice))
    acts = sorted([*agreed, *_answers(agreed, dice)], key=lambda act: -act.days)
    editions = {edition.number: edition for edition in PolicyEdition.objects.published()}
    for act in acts:
        if act.days > ASKED:
            _say(agent, act, editions, told_at)
    _ask(officer, editions[2], told_at - timedelta(days=ASKED))
    for act in acts:
        if act.days <= ASKED:
            _say(agent, act, editions, told_at)
    for days in range(DAYS - 5, -1, -1):
        count_day(localdate(told_at) - timedelta(days=days))


def _ask(officer: User, edition: PolicyEdition, moment: datetime) -> None:
    with clock.standing_at(moment):
        for purpose in edition.widens:
            asking = begin_asking(actor=officer, edition_id=edition.pk, purpose=purpose, medium=Medium.LETTER)
            run_asking(asking_id=asking.pk)


def _say(agent: User, act: Act, editions: dict[int, PolicyEdition], told_at: datetime) -> None:
    about: dict[str, Any] = {"actor": agent, "subject": act.subject, "purpose": act.purpose, "channel": act.channel}
    seen = editions.get(act.edition)
    # Some have answered in a partner's file already: what says nothing new is not recorded twice.
    with clock.standing_at(told_at - timedelta(days=act.days)), suppress(NotPossible):
        if act.state == State.WITHDRAWN:
            withdraw(**about, medium=act.medium)
        else:
            record_consent(**about, state=act.state, medium=act.medium, edition=seen, language="ky" if seen else "")
