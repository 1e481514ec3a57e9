"""How people of the demo refuse."""

import random

from apps.accounts.models import User
from apps.core import identifiers
from apps.core.choices import Channel, IdentifierKind
from apps.core.journal import journal
from apps.optouts.choices import Medium
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.facts import Fact
from apps.optouts.services.take import take_optout
from apps.policies.registry import ADVERTISING
from apps.portal.demo.people import Person

CAMPAIGNS = ("autumn-offers", "coffee-week", "new-app", "november-points", "cinema-days")


def opt_out(agent: User, person: Person, medium: Medium, dice: random.Random) -> None:
    """One refusal of somebody, by mail or by phone, taken by an agent where one has to."""
    by_mail = bool(person.email) and (medium == Medium.ONE_CLICK or dice.random() < 0.5)
    kind, value = (IdentifierKind.EMAIL, person.email) if by_mail else (IdentifierKind.PHONE, person.e164)
    digest = identifiers.digest(kind, value)
    if medium in (Medium.PHONE, Medium.LETTER):
        channel = Channel.ALL if dice.random() < 0.4 else (Channel.EMAIL if by_mail else Channel.SMS)
        take_optout(actor=agent, kind=kind, digest=digest, channel=channel, medium=medium)
        return
    fact = Fact(
        kind=kind, digest=digest, channel=Channel.EMAIL if by_mail else Channel.SMS, medium=medium,
        purpose=dice.choice([ADVERTISING, ADVERTISING, "advertising-offers"]), campaign=dice.choice(CAMPAIGNS),
    )  # fmt: skip
    journal().write([fact.to_entry()])
    apply_facts(actor=None, facts=[fact])
