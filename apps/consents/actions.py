"""What the audit may record of consents."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_facts, register
from apps.consents.choices import Medium, State
from apps.policies.registry import purpose_title


def _shown(moment: str) -> str:
    """A moment in ISO 8601 for a reader."""
    return str(date_format(localtime(datetime.fromisoformat(moment)), "SHORT_DATETIME_FORMAT"))


RECORDED = register(
    "consents.record", _("Consent event recorded"), purpose=purpose_title, state=State, medium=Medium, said_at=_shown
)
FOLLOWED = register("consents.follow", _("Consent events moved here by a merge"), "events", "person")
name_facts(
    purpose=_("what for"), state=_("state"), medium=_("came by"), said_at=_("said at"), events=_("events"),
)  # fmt: skip
