"""What this app holds about a person. Opt-outs stay: without them the erased person would be written to again."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from apps.core.erasers import CHOICES, Eraser, Holding, Item, Value
from apps.optouts.models import (
    Coverage,
    InboundMessage,
    OptOutEvent,
    OptOutNote,
    Resubscription,
    SaltedDigest,
    SuppressedAddress,
    Suppression,
    SuppressionChange,
)  # fmt: skip
from apps.optouts.services.salted import forget_addresses
from apps.optouts.titles import purpose_title, sender_title
from apps.subjects.models import Identifier

ROWS_AT_ONCE = 500
KEEP = "opt-out outlives erasure"


class OptOutEraser(Eraser):
    """Notes, replies and values of addresses go; what holds digests only stays.

    Changes are not counted: they say once more what the suppressions say, and nobody looks for them by digest.
    """

    models = (
        OptOutNote, InboundMessage, SuppressedAddress, SaltedDigest, SuppressionChange, Suppression, Resubscription,
        OptOutEvent,
    )  # fmt: skip

    def _digests(self, subject_id: int) -> list[bytes]:
        held = Identifier.objects.filter(subject_id=subject_id)
        return [bytes(digest) for digest in held.values_list("digest", flat=True)]

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Notes, replies and addresses, and what is kept of the opt-outs."""
        digests = self._digests(subject_id)
        yield Holding(OptOutNote._meta.label, OptOutNote.objects.filter(event__digest__in=digests).count())
        yield Holding(InboundMessage._meta.label, InboundMessage.objects.filter(digest__in=digests).count())
        addresses = SuppressedAddress.objects.filter(digest__in=digests, value__isnull=False)
        yield Holding(SuppressedAddress._meta.label, addresses.count())
        yield Holding(SaltedDigest._meta.label, SaltedDigest.objects.filter(digest__in=digests).count(), KEEP)
        yield Holding(Suppression._meta.label, Suppression.objects.of(digests).count(), KEEP)
        back = Resubscription.objects.filter(digest__in=digests)
        yield Holding(Resubscription._meta.label, back.count(), KEEP)
        yield Holding(OptOutEvent._meta.label, OptOutEvent.objects.filter(digest__in=digests).count(), KEEP)

    def export(self, subject_id: int) -> Iterator[Item]:
        """Every reply, opt-out event and way back of the person's addresses, what stands by them, and what is kept so
        that it does, by the titles that the desk shows.
        """
        digests = self._digests(subject_id)
        for reply in InboundMessage.objects.filter(digest__in=digests).order_by("received_at", "pk").iterator():
            words = Value.told("text", _("text"), reply.text, free=True)
            received = Value.moment("received", _("received"), reply.received_at)
            yield Item.of(InboundMessage, CHOICES, _("SMS reply"), received, words)
        events = OptOutEvent.objects.filter(digest__in=digests).select_related("note").order_by("occurred_at", "pk")
        for event in events.iterator(chunk_size=ROWS_AT_ONCE):
            note = event.note.text if hasattr(event, "note") else ""
            yield Item.of(
                OptOutEvent, CHOICES, event.get_reason_display(), *_shown(event, event.occurred_at),
                Value.told("words", _("in their words"), note, free=True), also=OptOutNote if note else None,
            )  # fmt: skip
        for back in Resubscription.objects.filter(digest__in=digests).order_by("confirmed_at", "pk").iterator():
            yield Item.of(Resubscription, CHOICES, _("Asked to receive it again"), *_shown(back, back.confirmed_at))
        yield from self._standing(digests)

    def _standing(self, digests: list[bytes]) -> Iterator[Item]:
        for row in Suppression.objects.of(digests).order_by("since", "pk"):
            why = Value("reason", _("reason"), row.get_reason_display(), row.reason)
            yield Item.of(Suppression, CHOICES, _("You are not written to"), *_shown(row, row.since), why)
        for address in SuppressedAddress.objects.filter(digest__in=digests, value__isnull=False).order_by("pk"):
            value = Value("value", _("value"), address.value or "")
            yield Item.of(SuppressedAddress, CHOICES, _("Address kept so that nobody writes to it"), value)
        salted = SaltedDigest.objects.filter(digest__in=digests).select_related("owner").order_by("pk")
        for known in salted.iterator():
            reader = Value("reader", _("system"), str(known.owner))
            yield Item.of(SaltedDigest, CHOICES, _("Digest by which a system knows not to write"), reader)

    def erase(self, subject_id: int) -> None:
        """Delete notes and replies, and what the addresses read."""
        digests = self._digests(subject_id)
        OptOutNote.objects.filter(event__digest__in=digests).delete()
        InboundMessage.objects.filter(digest__in=digests).delete()
        forget_addresses(digests)


def _shown(act: Coverage, moment: datetime) -> tuple[Value | None, ...]:
    return (
        Value("channel", _("channel"), act.get_channel_display(), act.channel),
        Value("purpose", _("what for"), purpose_title(act.purpose), act.purpose),
        Value("sender", _("from whom"), sender_title(act.sender), act.sender),
        Value.moment("said_at", _("said at"), moment),
    )
