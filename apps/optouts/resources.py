"""The lists of opt-outs as files."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.choices import IdentifierKind
from apps.core.exporting import Column, ListResource, PersonalColumn
from apps.optouts.choices import Channel, Medium, Reason
from apps.optouts.models import Scope
from apps.optouts.titles import purpose_title, sender_title
from apps.subjects.models import Identifier
from apps.subjects.presenting import show_identifier


def _mark(row: Scope) -> str:
    """The first digits of the digest, as on the list: tells two addresses apart, and leads to nobody."""
    return bytes(row.digest).hex()[:8]


def _holder(row: Any) -> Identifier | None:
    held: Identifier | None = row.holder
    return held


def _person(row: Scope) -> str:
    held = _holder(row)
    return held.subject.reference if held else ""


def _address(row: Scope, *, revealed: bool) -> str:
    """The number or address where somebody known has it: an opt-out itself knows only the digest."""
    held = _holder(row)
    return show_identifier(held, revealed=revealed and not held.subject.restricted) if held else ""


class ScopeResource(ListResource):
    """What both lists have in common."""

    kind = Column(_("kind of address"), "kind", codes=IdentifierKind)
    mark = Column(_("address"), show=_mark)
    person = Column(_("person"), show=_person)
    value = PersonalColumn(_("number or address"), show=_address)
    channel = Column(_("channel"), "channel", codes=Channel)
    purpose = Column(_("what for"), show=lambda row: purpose_title(row.purpose))
    sender = Column(_("from whom"), show=lambda row: sender_title(row.sender))
    reason = Column(_("reason"), "reason", codes=Reason)

    def complete(self, rows: Sequence[Any]) -> None:
        """Whose address it is, of a chunk in one query."""
        held = Identifier.objects.filter(digest__in={bytes(row.digest) for row in rows}).select_related("subject")
        holders = {(bytes(identifier.digest), identifier.kind): identifier for identifier in held}
        for row in rows:
            row.holder = holders.get((bytes(row.digest), row.kind))


class SuppressionsResource(ScopeResource):
    """Who may not be contacted."""

    file_name = "suppressions"

    since = Column(_("since"), "since")
    created_at = Column(_("in force since"), "created_at")


class OptOutEventsResource(ScopeResource):
    """Every refusal, bounce and complaint; not what people said, which can be erased."""

    file_name = "optout-events"

    medium = Column(_("came by"), "medium", codes=Medium)
    campaign = Column(_("campaign"), "campaign")
    partner = Column(_("reported by"), "partner")
    actor = Column(_("taken by"), "actor")
    occurred_at = Column(_("said at"), "occurred_at")
    recorded_at = Column(_("recorded"), "recorded_at")
