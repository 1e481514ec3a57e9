"""Taking an opt-out that a person gave by phone or by letter."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.core import clock
from apps.core.choices import Channel
from apps.core.journal import JournalUnavailable, journal
from apps.optouts.choices import EVERY_SENDER, Medium, Reason
from apps.optouts.models import OptOutNote
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.facts import Fact
from apps.optouts.services.remembering import SeenAddress, remember_addresses
from apps.policies.registry import ADVERTISING

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """The fact as it was kept, its suppression's primary key, and whether its scope was stopped only now."""

    fact: Fact
    suppression_id: int
    first: bool


@transaction.atomic
def take_optout(
    *,
    actor: User | None,
    kind: str,
    digest: bytes,
    channel: str = Channel.ALL,
    purpose: str = ADVERTISING,
    sender: str = EVERY_SENDER,
    medium: str = Medium.PHONE,
    reason: str = Reason.REFUSAL,
    campaign: str = "",
    note: str = "",
    occurred: datetime | None = None,
    value: str | None = None,
) -> Taken:
    """Keep a person's refusal, known or not: a fact every time it is said, one suppression.

    `digest` is that of the normalised address, `value` the address itself where it was said: kept encrypted, for those
    who read digests. `occurred` is when they said it, now when not given. In the journal before it is in the database.
    `actor` is None for what the person did themselves, and proved to be theirs. Raises PermissionDenied.
    """
    if actor is not None:
        require(actor, "optouts.take_optout")
    now = clock.now()
    fact = Fact(
        kind=kind, digest=digest, channel=channel, purpose=purpose, sender=sender, medium=medium, reason=reason,
        campaign=campaign, occurred=occurred or now, at=now,
    )  # fmt: skip
    write_journal([fact])
    if value:
        remember_addresses([SeenAddress(kind, digest, value)])
    suppression = apply_facts(actor=actor, facts=[fact]).of(fact)
    assert suppression is not None  # its id is new
    if note.strip():
        OptOutNote.objects.create(event_id=fact.id, text=note.strip())
    return Taken(fact, *suppression)


def write_journal(facts: Sequence[Fact]) -> None:
    """Facts that staff took, into the journal. One that can't be written must not keep somebody from refusing: the
    database is about to hold it.
    """
    try:
        journal().write([fact.to_entry() for fact in facts])
    except JournalUnavailable:
        logger.exception("The journal can't be written; %d opt-outs are kept by the database alone.", len(facts))
