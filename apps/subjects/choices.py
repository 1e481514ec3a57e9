"""Closed lists about people."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.choices import IdentifierKind


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


# Titles of the values that records hold, for the desk and for what the person is given; a key without one is shown.
VALUE_TITLES: dict[str, str | Promise] = {
    "full_name": _("full name"),
    "last_name": _("last name"),
    "first_name": _("first name"),
    "middle_name": _("patronymic"),
    "birth_date": _("date of birth"),
    "gender": _("gender"),
    "language": _("language"),
    "city": _("city"),
    "address": _("address"),
    "points": _("points"),
    "last_purchase_at": _("last purchase"),
    "last_purchase_amount": _("amount of the last purchase"),
    "marketing_consent": _("agreed to advertising"),
    "consent_at": _("agreed on"),
    "occurred_at": _("happened at"),
    "reference": _("receipt number"),
    "amount": _("amount"),
    "currency": _("currency"),
    "quantity": _("quantity"),
    "item": pgettext_lazy("bought", "item"),
    "offer": _("offer"),
    "action": _("action"),
    "place": _("place"),
    "latitude": _("latitude"),
    "longitude": _("longitude"),
    "description": _("description"),
}


def field_title(name: str) -> str:
    """What a value of a record, or an identifier, is called, in the reader's language."""
    return str(dict(IdentifierKind.choices).get(name, VALUE_TITLES.get(name, name.replace("_", " "))))
