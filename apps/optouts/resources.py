"""The lists of opt-outs as files."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.choices import Channel, IdentifierKind
from apps.core.exporting import Column, ListResource, PersonalColumn
from apps.optouts.choices import ApiScope, Medium, MessageState, Reason
from apps.optouts.models import Coverage
from apps.optouts.titles import purpose_title, sender_title
from apps.subjects.models import Identifier
from apps.subjects.presenting import show_identifier


def _mark(row: Coverage) -> str:
    """The first digits of the digest, as on the list: tells two addresses apart, and leads to nobody."""
    return bytes(row.digest).hex()[:8]


def _holder(row: Any) -> Identifier | None:
    held: Identifier | None = row.holder
    return held


def _person(row: Coverage) -> str:
    held = _holder(row)
    return held.subject.reference if held else ""


def _address(row: Coverage, *, revealed: bool) -> str:
    """The number or address where somebody known has it: an opt-out itself knows only the digest."""
    held = _holder(row)
    return show_identifier(held, revealed=revealed and not held.subject.restricted) if held else ""


class CoverageResource(ListResource):
    """What the lists have in common."""

    kind = Column(_("kind of address"), "kind", codes=IdentifierKind)
    mark = Column(_("address"), show=_mark)
    person = Column(_("person"), show=_person)
    value = PersonalColumn(_("number or address"), show=_address)
    channel = Column(_("channel"), "channel", codes=Channel)
    purpose = Column(_("what for"), show=lambda row: purpose_title(row.purpose))
    sender = Column(_("from whom"), show=lambda row: sender_title(row.sender))

    def complete(self, rows: Sequence[Any]) -> None:
        """Whose address it is, of a chunk in one query."""
        held = Identifier.objects.filter(digest__in={bytes(row.digest) for row in rows}).select_related("subject")
        holders = {(bytes(identifier.digest), identifier.kind): identifier for identifier in held}
        for row in rows:
            row.holder = holders.get((bytes(row.digest), row.kind))


class SuppressionsResource(CoverageResource):
    """Who may not be contacted."""

    file_name = "suppressions"

    reason = Column(_("reason"), "reason", codes=Reason)
    since = Column(_("since"), "since")
    created_at = Column(_("in force since"), "created_at")


class OptOutEventsResource(CoverageResource):
    """Every refusal, bounce and complaint; not what people said, which can be erased."""

    file_name = "optout-events"

    reason = Column(_("reason"), "reason", codes=Reason)
    medium = Column(_("came by"), "medium", codes=Medium)
    campaign = Column(_("campaign"), "campaign")
    partner = Column(_("reported by"), "partner")
    actor = Column(_("taken by"), "actor")
    occurred_at = Column(_("said at"), "occurred_at")
    recorded_at = Column(_("recorded"), "recorded_at")


class ResubscriptionsResource(CoverageResource):
    """Every confirmed wish to receive something again."""

    file_name = "resubscriptions"

    asked_at = Column(_("asked for"), "asked_at")
    confirmed_at = Column(_("confirmed"), "confirmed_at")
    recorded_at = Column(_("recorded"), "recorded_at")


class RepliesResource(ListResource):
    """SMS replies that somebody has to read: what became of them, not what they say or who wrote."""

    file_name = "sms-replies"
    about_people = True

    reference = Column(_("reply"), show=str)
    sender = Column(_("answers messages of"), show=lambda reply: sender_title(reply.sender))
    source = Column(_("came through"), "source")
    received_at = Column(_("received"), "received_at")
    state = Column(_("state"), "state", codes=MessageState)
    handled_by = Column(_("handled by"), "handled_by")
    handled_at = Column(_("handled"), "handled_at")


class TokensResource(ListResource):
    """Who is let in at the API."""

    file_name = "api-tokens"

    prefix = Column(_("begins with"), "prefix")
    owner = Column(_("system"), "owner")
    scope = Column(pgettext_lazy("is let", "may"), "scope", codes=ApiScope)
    condition = Column(_("state"), show=lambda token: token.condition_title)
    last_used_on = Column(_("last used"), "last_used_on")
    expires_on = Column(_("last day"), "expires_on")
    made_by = Column(_("made by"), "made_by")
    made_at = Column(_("made"), "made_at")
