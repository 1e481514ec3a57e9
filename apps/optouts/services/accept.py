"""Accepting what a person did through a link: on disk first, then, if it answers in time, in the database."""

import logging

from apps.core import clock
from apps.core.journal import JournalUnavailable, journal
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.bounded import writer
from apps.optouts.services.facts import Fact
from apps.optouts.services.links import Link
from apps.optouts.services.remembering import SeenAddress, remember_addresses

logger = logging.getLogger(__name__)


class NotAccepted(Exception):
    """Neither the journal nor the database could keep it: nothing was done, and the person has to be told so."""


def accept_public(*, link: Link, medium: str) -> Fact:
    """Keep the refusal that a link stands for. Raises NotAccepted when it could not be made durable anywhere.

    There is no actor: the link is what proves that the message had reached the person.
    """
    now = clock.now()
    fact = Fact(
        kind=link.kind, digest=link.digest, channel=link.channel, purpose=link.purpose, sender=link.sender,
        medium=medium, campaign=link.campaign, occurred=now, at=now,
    )  # fmt: skip
    accept_fact(fact=fact)
    return fact


def accept_fact(*, fact: Fact, value: str = "") -> None:
    """Keep what somebody said through the network; `value` is the address in its normal form where it came along.

    Raises NotAccepted when it could not be made durable anywhere. The journal keeps no value: of an address that is
    accepted while the database is down there is only the digest.
    """
    journaled = _journal(fact)
    stored = writer.attempt(lambda: _store(fact, value), urgent=not journaled)
    if not journaled and not stored:
        raise NotAccepted


def _store(fact: Fact, value: str) -> None:
    if value:
        remember_addresses([SeenAddress(fact.kind, fact.digest, value)])
    apply_facts(actor=None, facts=[fact])


def _journal(fact: Fact) -> bool:
    try:
        journal().write([fact.to_entry()])
    except JournalUnavailable:
        logger.exception("The journal can't be written.")
        return False
    return True
