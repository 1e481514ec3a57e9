"""What the audit may record of opt-outs."""

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import register

_SCOPE = ("event", "kind", "channel", "purpose", "sender", "reason", "medium", "campaign", "partner", "first")

TAKEN = register("optouts.take", _("Opt-out taken by staff"), *_SCOPE)
ACCEPTED = register("optouts.accept", _("Opt-out by the person's own act"), *_SCOPE)
RESTORED = register("optouts.restore", _("Opt-outs brought in from the journal"), "events", "suppressions")
LINKS_MINTED = register(
    "optouts.mint", _("Unsubscribe links made"), "links", "unusable", "channel", "purpose", "sender", "campaign"
)
