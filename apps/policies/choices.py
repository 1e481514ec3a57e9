"""Closed lists of the policy and the law (promises: the law, as configurable rules)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalBasis(models.TextChoices):
    CONTRACT = "CONTRACT", _("Contract")
    LEGAL_OBLIGATION = "LEGAL_OBLIGATION", _("Legal obligation")
    VITAL_INTEREST = "VITAL_INTEREST", _("Vital interest")
    PUBLIC_TASK = "PUBLIC_TASK", _("Public task")
    LEGITIMATE_INTEREST = "LEGITIMATE_INTEREST", _("Legitimate interest")
    CONSENT = "CONSENT", _("Consent")


class EditionStatus(models.TextChoices):
    """How far an edition has come; one that is published stays so."""

    DRAFT = "draft", _("Draft")
    REVIEWED = "reviewed", _("Reviewed")
    PUBLISHED = "published", _("Published")


class LawStatus(models.TextChoices):
    """On whose word a rule stands; an assumption is never shown as law."""

    LAW = "law", _("Law")
    POLICY = "policy", _("Policy")
    ASSUMED = "assumed", _("Assumed")
