"""Closed lists about people."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """Where a record came from (P03)."""

    PROFILE = "profile", _("Profile in the application")
    NEWSLETTER = "newsletter", _("Newsletter subscription")
    SUPPORT = "support", _("Support")
    FEEDBACK = "feedback", _("Feedback form")
    PROMOTION = "promotion", _("Promotion")
    PARTNER = "partner", _("Partner")


class RestrictionReason(models.TextChoices):
    REQUEST = "request", _("The person asked for blocking")
    DISPUTED = "disputed", _("Accuracy is disputed")
    OBJECTION = "objection", _("An objection is being decided")
    CLAIM = "claim", _("Needed for a legal claim")
    CHILD = "child", _("Possibly a child under 12")
    AUTHORITY = "authority", _("Demand of an authority")


class ReleaseReason(models.TextChoices):
    RESOLVED = "resolved", _("The matter is settled")
    WITHDRAWN = "withdrawn", _("The person withdrew the request")
    MISTAKE = "mistake", _("Blocked by mistake")


class RevealReason(models.TextChoices):
    CALL = "call", _("The person is on the phone")
    REQUEST = "request", _("Working a request")
    AUTHORITY = "authority", _("Demand of an authority")
    QUALITY = "quality", _("Checking a partner's file")
    MERGE = "merge", _("Comparing two people")


class MergeReason(models.TextChoices):
    SAME_PERSON = "same-person", _("The person confirmed that both are theirs")
    IMPORT = "import", _("A partner's file shows one person")
    CARD = "card", _("Replaced card or token")
