"""Replies by SMS: a word that refuses acts at once, everything else waits for somebody who reads it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock, identifiers
from apps.core.choices import Channel, IdentifierKind
from apps.core.errors import NotPossible
from apps.core.identifiers import Unusable
from apps.core.keyring import keyring
from apps.optouts import actions
from apps.optouts.choices import EVERY_SENDER, Medium, MessageState
from apps.optouts.models import InboundMessage
from apps.optouts.services.accept import NotAccepted, accept_fact
from apps.optouts.services.bounded import writer
from apps.optouts.services.facts import Fact
from apps.optouts.services.sms_words import is_refusal
from apps.optouts.services.take import take_optout
from apps.policies.registry import ADVERTISING

KEEP_DAYS = 30  # policy: number and text of a reply that somebody settled are destroyed after that
_KEYS = UUID("0b0c8f0e-3f0a-4b57-9a0d-6f2d1b9c5e77")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A message as it came in. `key` is the same however often it is handed over; `source` names what did."""

    phone: str = field(repr=False)
    text: str = field(repr=False)
    received_at: datetime
    source: str
    key: UUID
    sent_to: str = ""
    sender: str = EVERY_SENDER

    @property
    def number(self) -> str:
        """The sender's number in its normal form; empty when it can't be a phone's."""
        try:
            return identifiers.normalise_phone(self.phone)
        except Unusable:
            return ""


def reply_key(source: str, *parts: str) -> UUID:
    """The key of a message by what distinguishes it within its source; of its own where nothing does.

    Derived under the digest key: what it is made of can't be tried out.
    """
    return uuid5(_KEYS, keyring().mac("sms-reply", "\0".join((source, *parts)).encode()).hex()) if parts else uuid4()


def receive_reply(*, reply: Reply) -> None:
    """Keep a reply: as a refusal, or for somebody to read. Handing it over again changes nothing.

    Raises NotAccepted when it could be kept nowhere: a refusal needs the journal or the database, another the database.
    """
    number = reply.number
    if number and is_refusal(reply.text):
        accept_fact(fact=refusal_of(reply, number), value=number)
    elif not writer.attempt(partial(queue_replies, [reply])):
        raise NotAccepted


def refusal_of(reply: Reply, number: str) -> Fact:
    """What a refusing word says: no advertising by SMS from whom it answered (P15)."""
    return Fact(
        id=reply.key, kind=IdentifierKind.PHONE, digest=identifiers.digest(IdentifierKind.PHONE, number),
        channel=Channel.SMS, medium=Medium.SMS, sender=reply.sender, occurred=reply.received_at,
    )  # fmt: skip


def queue_replies(replies: Sequence[Reply]) -> None:
    """Put replies into the queue, each once."""
    InboundMessage.objects.bulk_create(map(_row, replies), batch_size=1000, ignore_conflicts=True)


def _row(reply: Reply) -> InboundMessage:
    number = reply.number
    return InboundMessage(
        key=reply.key, digest=identifiers.digest(IdentifierKind.PHONE, number) if number else None,
        phone=number or reply.phone, text=reply.text, sent_to=reply.sent_to, sender=reply.sender, source=reply.source,
        received_at=reply.received_at,
    )  # fmt: skip


@transaction.atomic
def read_reply(*, actor: User, reply_id: int) -> InboundMessage:
    """The reply with its text; that it was read is recorded. Raises PermissionDenied."""
    require(actor, "optouts.handle_inboundmessage")
    reply = InboundMessage.objects.get(pk=reply_id)
    record(actor, actions.REPLY_READ, reply)
    return reply


@transaction.atomic
def take_reply(
    *, actor: User, reply_id: int, channel: str = Channel.SMS, purpose: str = ADVERTISING, sender: str = EVERY_SENDER
) -> None:
    """Take a reply as an opt-out of its number, said when it was received.

    Raises NotPossible when somebody settled it before, or no phone has such a number; PermissionDenied.
    """
    reply = _open_reply(actor, reply_id)
    if reply.digest is None:
        raise NotPossible(_("It did not come from a phone number: there is nothing that could be stopped."))
    take_optout(
        actor=actor, kind=IdentifierKind.PHONE, digest=bytes(reply.digest), channel=channel, purpose=purpose,
        sender=sender, medium=Medium.SMS, occurred=reply.received_at, value=reply.phone,
    )  # fmt: skip
    _settle(actor, reply, MessageState.TAKEN)
    record(actor, actions.REPLY_TAKEN, reply, channel=channel, purpose=purpose, sender=sender)


@transaction.atomic
def settle_reply(*, actor: User, reply_id: int) -> None:
    """Say that a reply needs nothing. Raises NotPossible when somebody settled it before, PermissionDenied."""
    reply = _open_reply(actor, reply_id)
    _settle(actor, reply, MessageState.NOTHING)
    record(actor, actions.REPLY_SETTLED, reply)


def _open_reply(actor: User, reply_id: int) -> InboundMessage:
    require(actor, "optouts.handle_inboundmessage")
    reply = InboundMessage.objects.select_for_update(of=("self",)).select_related("handled_by").get(pk=reply_id)
    if reply.state != MessageState.OPEN:
        told = _("%(who)s has settled this reply: %(state)s.")
        raise NotPossible(told % {"who": reply.handled_by, "state": reply.get_state_display()})
    return reply


def _settle(actor: User, reply: InboundMessage, state: str) -> None:
    reply.state, reply.handled_by, reply.handled_at = state, actor, clock.now()
    reply.save(update_fields=["state", "handled_by", "handled_at"])


def forget_settled_replies() -> int:
    """Destroy number and text of replies that were settled KEEP_DAYS ago; how many. Their keys stay, so that none
    comes back with an old file.
    """
    before = clock.now() - timedelta(days=KEEP_DAYS)
    old = InboundMessage.objects.filter(handled_at__lt=before, text__isnull=False)
    return old.update(phone=None, text=None)
