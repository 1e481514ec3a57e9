"""Who refused what, when and through what, and asked for it again: the story of some addresses, newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.optouts.choices import EVERY_SENDER, Reason
from apps.optouts.models import Coverage, OptOutEvent, Resubscription
from apps.optouts.titles import purpose_title, sender_title
from apps.partners.models import Partner

Act = OptOutEvent | Resubscription

MOST_SHOWN = 50
ICONS = {
    Reason.REFUSAL: "front_hand", Reason.BOUNCE: "unsubscribe", Reason.COMPLAINT: "report", Reason.STAFF: "gavel",
}  # fmt: skip


@dataclass
class Happening:
    """One thing that was said, about one address or several at once.

    `what` is the reason or the way back, `scope` what it covers in words, `through` how it came and through whom;
    `batch` is the file that it came by. `text` is what the person said, for whoever may read it, and `note` the event
    that it came with.
    """

    at: datetime
    recorded_at: datetime
    icon: str
    what: str
    scope: str
    through: list[str]
    batch: int | None = None
    by: str = ""
    note: UUID | None = None
    text: str = ""
    addresses: list[str] = field(default_factory=list)


def history_of(digests: Sequence[bytes], names: dict[bytes, str]) -> list[Happening]:
    """What was said about these addresses, the latest MOST_SHOWN acts of it; `names` are the addresses, masked."""
    found = _latest_acts(digests)
    senders = _sender_names(found)
    once: dict[tuple[Any, ...], Happening] = {}
    for act in found:
        told = once.setdefault(_said(act), _happening(act, senders))
        if (name := names.get(bytes(act.digest))) and name not in told.addresses:
            told.addresses.append(name)
        if hasattr(act, "note"):
            told.note, told.text = act.pk, act.note.text
    return list(once.values())


def _latest_acts(digests: Sequence[bytes]) -> list[Act]:
    events = OptOutEvent.objects.filter(digest__in=digests).select_related("partner", "actor", "note")
    ways_back = Resubscription.objects.filter(digest__in=digests)
    acts: list[Act] = [
        *events.order_by("-occurred_at", "-recorded_at")[:MOST_SHOWN],
        *ways_back.order_by("-confirmed_at", "-recorded_at")[:MOST_SHOWN],
    ]
    return sorted(acts, key=lambda act: (_moment(act), act.recorded_at), reverse=True)[:MOST_SHOWN]


def _moment(act: Act) -> datetime:
    """When the person said it."""
    return act.confirmed_at if isinstance(act, Resubscription) else act.occurred_at


def _said(act: Act) -> tuple[Any, ...]:
    """What makes acts of several addresses one thing that was said."""
    how = (act.reason, act.medium, act.campaign, act.batch) if isinstance(act, OptOutEvent) else ()
    return (_moment(act), act.channel, act.purpose, act.sender, *how)


def _sender_names(acts: Iterable[Act]) -> dict[str, str]:
    codes = {act.sender for act in acts} - {EVERY_SENDER}
    return dict(Partner.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def _scope(act: Coverage, senders: dict[str, str]) -> str:
    sender = senders.get(act.sender) or sender_title(act.sender)
    return " · ".join((purpose_title(act.purpose), act.get_channel_display(), sender))


def _happening(act: Act, senders: dict[str, str]) -> Happening:
    return _way_back(act, senders) if isinstance(act, Resubscription) else _refusal(act, senders)


def _way_back(act: Resubscription, senders: dict[str, str]) -> Happening:
    return Happening(
        at=act.confirmed_at, recorded_at=act.recorded_at, icon="undo", what=_("Receives it again"),
        scope=_scope(act, senders), through=[_("Confirmed through the address itself")],
    )  # fmt: skip


def _refusal(event: OptOutEvent, senders: dict[str, str]) -> Happening:
    through = [event.get_medium_display()]
    if event.partner:
        through.append(str(event.partner))
    if event.campaign:
        through.append(_("campaign %(code)s") % {"code": event.campaign})
    return Happening(
        at=event.occurred_at, recorded_at=event.recorded_at, icon=ICONS[Reason(event.reason)],
        what=str(event.get_reason_display()), scope=_scope(event, senders), through=through, batch=event.batch,
        by=str(event.actor or ""),
    )  # fmt: skip
