"""The staff's roles (promises: people who use it)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    AGENT = "agent", _("Support agent")
    OFFICER = "officer", _("Privacy officer")
    LEAD = "lead", _("Lead officer")
    COUNSEL = "counsel", _("Legal counsel")
    PARTNER_MANAGER = "partner-manager", _("Partner manager")
    AUDITOR = "auditor", _("Auditor")
