"""What the audit may record of consents."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.audit.registry import name_facts, register
from apps.consents.choices import Medium, State
from apps.core.choices import Channel
from apps.policies.registry import purpose_title


def _shown(moment: str) -> str:
    """A moment in ISO 8601 for a reader."""
    return str(date_format(localtime(datetime.fromisoformat(moment)), "SHORT_DATETIME_FORMAT"))


RECORDED = register(
    "consents.record", _("Consent event recorded"), "topics", "replayed", purpose=purpose_title, state=State,
    channel=Channel, medium=Medium, said_at=_shown,
)  # fmt: skip
RECORDED_MANY = register(
    "consents.record-many", _("Consent events recorded"), "batch", "events", "known", "future", "people", "ended",
    "partner",
)  # fmt: skip
HEARD = register(
    "consents.end-by-optout", _("Consents ended by an opt-out"), "events", "people", "batch", purpose=purpose_title,
    channel=Channel, medium=Medium, said_at=_shown,
)  # fmt: skip
CORRECTED = register("consents.correct", _("Consent event corrected"), purpose=purpose_title, was=State, said_at=_shown)
CORRECTED_FILE = register("consents.correct-file", _("Consent events of a file corrected"), "events", "batch")
FOLLOWED = register("consents.follow", _("Consent events moved here by a merge"), "events", "person")
PROVED = register("consents.prove", _("Proof of consent made"), purpose=purpose_title, channel=Channel, as_of=_shown)
ASKING_BEGUN = register(
    "consents.begin-asking", _("Asking for consents again begun"), "edition", purpose=purpose_title, channel=Channel,
    medium=Medium, said_at=_shown,
)  # fmt: skip
ASKING_DONE = register(
    "consents.record-asking", _("Asking for consents again recorded"), "edition", "people", purpose=purpose_title,
    channel=Channel,
)  # fmt: skip
ASKING_TAKEN_UP = register(
    "consents.take-up-asking", _("Asking for consents again gone on with"), "edition", purpose=purpose_title,
    channel=Channel,
)  # fmt: skip
ASKING_FAILED = register(
    "consents.fail-asking", _("Asking for consents again stopped by an error"), "edition", "error",
    purpose=purpose_title, channel=Channel,
)  # fmt: skip
name_facts(
    purpose=_("what for"), state=_("state"), medium=_("came by"), said_at=_("said at"), events=_("events"),
    channel=_("channel"), topics=_("topics that ended with it"), known=_("known already"), future=_("of the future"),
    people=pgettext_lazy("how many", "people"), ended=_("no longer in force"), was=_("was"), as_of=_("as of"),
    batch=_("batch"),
)  # fmt: skip
