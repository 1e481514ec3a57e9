"""What this app holds about a person. Opt-outs stay: without them the erased person would be written to again."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.core.erasers import Eraser, Holding
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

    def export(self, subject_id: int) -> Iterator[dict[str, Any]]:
        """Every reply, opt-out event and way back of the person's addresses, by the titles that the desk shows."""
        digests = self._digests(subject_id)
        yield from self._replies(digests)
        events = OptOutEvent.objects.filter(digest__in=digests).select_related("note")
        for event in events.order_by("occurred_at").iterator():
            words = {_("in their words"): event.note.text} if hasattr(event, "note") else {}
            yield {"title": event.get_reason_display(), "values": _shown(event, event.occurred_at) | words}
        for back in Resubscription.objects.filter(digest__in=digests).order_by("confirmed_at").iterator():
            yield {"title": _("Asked to receive it again"), "values": _shown(back, back.confirmed_at)}

    def _replies(self, digests: list[bytes]) -> Iterator[dict[str, Any]]:
        replies = InboundMessage.objects.filter(digest__in=digests, text__isnull=False)
        for reply in replies.order_by("received_at").iterator():
            received = date_format(localtime(reply.received_at), "SHORT_DATETIME_FORMAT")
            yield {"title": _("SMS reply"), "values": {_("received"): received, _("text"): reply.text}}

    def erase(self, subject_id: int) -> None:
        """Delete notes and replies, and what the addresses read."""
        digests = self._digests(subject_id)
        OptOutNote.objects.filter(event__digest__in=digests).delete()
        InboundMessage.objects.filter(digest__in=digests).delete()
        forget_addresses(digests)


def _shown(act: Coverage, moment: datetime) -> dict[str, str]:
    return {
        _("channel"): act.get_channel_display(),
        _("what for"): purpose_title(act.purpose),
        _("from whom"): sender_title(act.sender),
        _("said at"): date_format(localtime(moment), "SHORT_DATETIME_FORMAT"),
    }
