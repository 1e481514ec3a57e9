"""Taking the opt-outs of many people at once, as a letter or a list names them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.models import Entry
from apps.audit.services import record
from apps.core import clock
from apps.core.choices import Channel
from apps.optouts import actions
from apps.optouts.choices import EVERY_SENDER, Medium
from apps.optouts.models import OptOutNote, Suppression
from apps.optouts.services.addresses import Address
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.facts import Fact
from apps.optouts.services.remembering import SeenAddress, remember_addresses
from apps.optouts.services.take import write_journal
from apps.policies.registry import ADVERTISING


@dataclass(frozen=True)
class LeftOut:
    """What of a list was not taken: addresses that came again, and what could not be used."""

    repeats: int = 0
    unread: int = 0


@transaction.atomic
def take_many(
    *,
    actor: User,
    addresses: Sequence[Address],
    channel: str = Channel.ALL,
    purpose: str = ADVERTISING,
    sender: str = EVERY_SENDER,
    medium: str = Medium.LETTER,
    note: str = "",
    left_out: LeftOut = LeftOut(),
) -> Entry:
    """Keep the refusal of every address, all or none: with one flush in the journal, then in the database.

    The note goes with each. Gives the audit entry that says how many there were. Raises PermissionDenied.
    """
    require(actor, "optouts.take_many")
    now = clock.now()
    facts = [
        Fact(
            kind=address.kind, digest=address.digest, channel=channel, purpose=purpose, sender=sender, medium=medium,
            occurred=now, at=now,
        )
        for address in addresses
    ]  # fmt: skip
    write_journal(facts)
    remember_addresses(SeenAddress(address.kind, address.digest, address.value) for address in addresses)
    applied = apply_facts(actor=actor, facts=facts)
    if note.strip():
        OptOutNote.objects.bulk_create([OptOutNote(event_id=fact.id, text=note.strip()) for fact in facts], 1000)
    new = sum(first for _id, first in applied.suppressions.values())
    scope = {"channel": channel, "purpose": purpose, "sender": sender, "medium": medium}
    figures = {"events": len(facts), "suppressions": new, "repeats": left_out.repeats, "unread": left_out.unread}
    return record(actor, actions.TAKEN_MANY, Suppression, **figures, **scope)
