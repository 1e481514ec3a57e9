"""What the audit may record of opt-outs."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.audit.registry import Codes, name_facts, register
from apps.core.choices import Channel, IdentifierKind
from apps.optouts.choices import ApiScope, Medium, Reason
from apps.optouts.titles import purpose_title, sender_title
from apps.subjects.choices import RevealReason

# `stopped_now`: whether this scope was open until now, or had been stopped before.
_FACTS = ("campaign", "partner", "stopped_now")
_CODES: dict[str, Codes] = {
    "kind": IdentifierKind, "channel": Channel, "purpose": purpose_title, "sender": sender_title, "reason": Reason,
    "medium": Medium,
}  # fmt: skip

TAKEN = register("optouts.take", _("Opt-out taken by staff"), *_FACTS, **_CODES)
ACCEPTED = register("optouts.accept", _("Opt-out by the person's own act"), *_FACTS, **_CODES)
TAKEN_MANY = register(
    "optouts.take-many", _("Opt-outs taken from a list"), "events", "suppressions", "repeats", "unread",
    channel=Channel, purpose=purpose_title, sender=sender_title, medium=Medium,
)  # fmt: skip
FROM_FILE = register("optouts.from-file", _("Opt-outs from a partner's file"), "events", "suppressions", "batch")
RESUBSCRIBED = register(
    "optouts.resubscribe", _("Received again by the person's own act"), "lifted",
    kind=IdentifierKind, channel=Channel, purpose=purpose_title, sender=sender_title,
)  # fmt: skip
CONFIRMATION_SENT = register(
    "optouts.ask-again", _("Confirmation sent to receive it again"),
    kind=IdentifierKind, channel=Channel, purpose=purpose_title, sender=sender_title,
)  # fmt: skip
RESTORED = register("optouts.restore", _("Opt-outs brought in from the journal"), "events", "suppressions")
NOTE_READ = register("optouts.read-note", _("What somebody said was read"), reason=RevealReason)
LINKS_MINTED = register(
    "optouts.mint", _("Unsubscribe links made"),
    "links", "unusable", "campaign", channel=Channel, purpose=purpose_title, sender=sender_title,
)  # fmt: skip
_SCOPE: dict[str, Codes] = {"channel": Channel, "purpose": purpose_title, "sender": sender_title}
TOKEN_MADE = register(
    "optouts.token-made", _("API token made"), "system", "expires_on",
    scope=ApiScope, channel=Channel, sender=sender_title,
)  # fmt: skip
TOKEN_REVOKED = register("optouts.token-revoked", _("API token revoked"), "system", scope=ApiScope)
REPLY_READ = register("optouts.reply-read", _("SMS reply read"))
REPLY_TAKEN = register("optouts.reply-taken", _("SMS reply taken as an opt-out"), **_SCOPE)
REPLY_SETTLED = register("optouts.reply-settled", _("SMS reply needed nothing"))

name_facts(
    channel=_("channel"),
    reason=_("reason"),
    medium=_("came by"),
    purpose=_("what for"),
    sender=_("from whom"),
    campaign=_("campaign"),
    partner=_("partner"),
    stopped_now=_("stopped only now"),
    lifted=_("refusal lifted"),
    events=_("events"),
    suppressions=_("suppressions"),
    repeats=_("repeats"),
    unread=_("not usable"),
    links=_("links"),
    unusable=_("without a link"),
    system=_("system"),
    scope=pgettext_lazy("is let", "may"),
    expires_on=_("last day"),
)
