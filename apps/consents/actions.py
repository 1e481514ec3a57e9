"""What the audit may record of consents."""

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_facts, register
from apps.consents.choices import Medium, State
from apps.policies.registry import purpose_title

RECORDED = register(
    "consents.record", _("Consent event recorded"), "said_at", purpose=purpose_title, state=State, medium=Medium
)
FOLLOWED = register("consents.follow", _("Consent events moved here by a merge"), "events", "person")
name_facts(
    purpose=_("what for"), state=_("state"), medium=_("came by"), said_at=_("said at"), events=_("events"),
)  # fmt: skip
