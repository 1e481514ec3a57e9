"""Accepting what a person did through a link: on disk first, then, if it answers in time, in the database."""

import logging
from collections.abc import Callable, Sequence

from apps.core import clock
from apps.core.journal import JournalEntry, JournalUnavailable, journal
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.bounded import writer
from apps.optouts.services.facts import Fact
from apps.optouts.services.links import Link
from apps.optouts.services.parts import Part
from apps.optouts.services.remembering import SeenAddress, remember_addresses
from apps.optouts.services.together import together

logger = logging.getLogger(__name__)


class NotAccepted(Exception):
    """Neither the journal nor the database could keep it: nothing was done, and the person has to be told so."""


def accept_public(*, link: Link, medium: str, parts: Sequence[Part] = ()) -> None:
    """Keep the refusal that a link stands for, or of `parts` where the person chose some for the link's address.

    Raises NotAccepted when it could not be made durable anywhere. There is no actor: the link is what proves that the
    message had reached the person.
    """
    now = clock.now()
    facts = [
        Fact(
            kind=link.kind, digest=link.digest, channel=part.channel, purpose=part.purpose, sender=part.sender,
            medium=medium, campaign=link.campaign, occurred=now, at=now,
        )
        for part in parts or [Part(link.channel, link.purpose, link.sender)]
    ]  # fmt: skip
    if _journal([fact.to_entry() for fact in facts]):
        together.store(facts)
    elif not writer.attempt(lambda: apply_facts(actor=None, facts=facts), urgent=True):
        raise NotAccepted


def accept_fact(*, fact: Fact, value: str = "") -> None:
    """Keep what somebody said through the network; `value` is the address in its normal form where it came along.

    Raises NotAccepted when it could not be made durable anywhere. The journal keeps no value: of an address that is
    accepted while the database is down there is only the digest.
    """
    keep([fact.to_entry()], lambda: _store(fact, value))


def _store(fact: Fact, value: str) -> None:
    if value:
        remember_addresses([SeenAddress(fact.kind, fact.digest, value)])
    apply_facts(actor=None, facts=[fact])


def keep(entries: list[JournalEntry], apply: Callable[[], object]) -> None:
    """Write entries to the journal, then `apply` them to the database within a deadline. Raises NotAccepted."""
    journaled = _journal(entries)
    stored = writer.attempt(apply, urgent=not journaled)
    if not journaled and not stored:
        raise NotAccepted


def _journal(entries: list[JournalEntry]) -> bool:
    try:
        journal().write(entries)
    except JournalUnavailable:
        logger.exception("The journal can't be written.")
        return False
    return True
