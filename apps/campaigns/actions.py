"""What the audit may record of campaigns."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.audit.registry import Codes, name_facts, register
from apps.campaigns.choices import Part
from apps.core.choices import Channel
from apps.optouts.titles import purpose_title, sender_title

_SCOPE: dict[str, Codes] = {"channel": Channel, "purpose": purpose_title, "sender": sender_title}

UPLOADED = register("campaigns.upload", _("Campaign's list uploaded"), "bytes", **_SCOPE)
REFUSED = register("campaigns.refuse", _("Campaign's list refused whole"), "code")
ASKED = register("campaigns.ask", _("Campaign's list waits for its column to be named"), "code")
NAMED = register("campaigns.name-column", _("Column of a campaign's list named"))
SCRUBBED = register(
    "campaigns.scrub", _("Campaign's list scrubbed"),
    "rows", "kept", "removed", "invalid", "repeated", "as_of", "content", "hashed",
    require_consent=purpose_title, **_SCOPE,
)  # fmt: skip
CANCELLED = register("campaigns.cancel", _("Campaign cancelled"))
RESUMED = register("campaigns.resume", _("Scrub taken up again"))
FAILED = register("campaigns.fail", _("Scrub stopped by an error"), "error")
DOWNLOADED = register("campaigns.download", _("Rows of a campaign downloaded"), "rows", part=Part)
SENT = register("campaigns.send", _("Campaign recorded as sent"), "sent_at", "late", "learnt")
ALARM = register("campaigns.alarm", _("Sent after an opt-out"), "sent_at", "late")
NOTED = register("campaigns.note-alarm", _("Sending after an opt-out taken note of"), "late")
ASKED_WHY = register("campaigns.ask-why", _("Campaigns of an address looked up"), "campaigns")
SALT_MADE = register("campaigns.make-salt", _("Salt made for a partner"), "partner", "again")
HASHES_GIVEN = register(
    "campaigns.give-hashes", _("Hashed suppression list made"), "partner", "hashes", "without_address", **_SCOPE
)

name_facts(
    kept=pgettext_lazy("in a list", "kept"), removed=_("removed"), invalid=_("invalid"), repeated=_("repeated"),
    as_of=_("true as of"), content=_("digest of the list"), hashed=_("hashed"), part=_("part"), sent_at=_("sent"),
    late=_("sent after an opt-out"), learnt=_("refused before, learnt later"), campaigns=_("campaigns"),
    require_consent=_("only with a consent for"),
    again=_("in the place of an older one"), hashes=_("digests"), without_address=_("known by digest only"),
)  # fmt: skip
