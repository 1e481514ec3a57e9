"""Who refused what, when and through what: the events of some addresses as a story, newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.optouts.choices import EVERY_SENDER, Reason
from apps.optouts.models import OptOutEvent
from apps.optouts.titles import purpose_title, sender_title
from apps.partners.models import Partner

MOST_SHOWN = 50
ICONS = {
    Reason.REFUSAL: "front_hand", Reason.BOUNCE: "unsubscribe", Reason.COMPLAINT: "report", Reason.STAFF: "gavel",
}  # fmt: skip


@dataclass
class Happening:
    """One thing that was said, about one address or several at once.

    `what` is the reason, `scope` what it covers in words, `through` how it came and through whom; `batch` is the file
    that it came by. `text` is what the person said, for whoever may read it, and `note` the event that it came with.
    """

    at: datetime
    recorded_at: datetime
    icon: str
    what: str
    scope: str
    through: list[str]
    batch: int | None
    by: str
    note: UUID | None = None
    text: str = ""
    addresses: list[str] = field(default_factory=list)


def history_of(digests: Sequence[bytes], names: dict[bytes, str]) -> list[Happening]:
    """What was said about these addresses, the latest MOST_SHOWN events of it; `names` are the addresses, masked."""
    events = OptOutEvent.objects.filter(digest__in=digests).select_related("partner", "actor", "note")
    found = list(events.order_by("-occurred_at", "-recorded_at")[:MOST_SHOWN])
    senders = _sender_names(found)
    once: dict[tuple[Any, ...], Happening] = {}
    for event in found:
        told = once.setdefault(_said(event), _happening(event, senders))
        if (name := names.get(bytes(event.digest))) and name not in told.addresses:
            told.addresses.append(name)
        if hasattr(event, "note"):
            told.note, told.text = event.pk, event.note.text
    return list(once.values())


def _said(event: OptOutEvent) -> tuple[Any, ...]:
    """What makes events of several addresses one thing that was said."""
    scope = (event.channel, event.purpose, event.sender, event.reason, event.medium, event.campaign, event.batch)
    return (event.occurred_at, *scope)


def _sender_names(events: Iterable[OptOutEvent]) -> dict[str, str]:
    codes = {event.sender for event in events} - {EVERY_SENDER}
    return dict(Partner.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def _happening(event: OptOutEvent, senders: dict[str, str]) -> Happening:
    scope = (
        purpose_title(event.purpose), event.get_channel_display(),
        senders.get(event.sender) or sender_title(event.sender),
    )  # fmt: skip
    through = [event.get_medium_display()]
    if event.partner:
        through.append(str(event.partner))
    if event.campaign:
        through.append(_("campaign %(code)s") % {"code": event.campaign})
    return Happening(
        at=event.occurred_at, recorded_at=event.recorded_at, icon=ICONS[Reason(event.reason)],
        what=str(event.get_reason_display()), scope=" · ".join(scope), through=through, batch=event.batch,
        by=str(event.actor or ""),
    )  # fmt: skip
