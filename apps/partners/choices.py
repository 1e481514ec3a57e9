"""Closed lists of the register of recipients and of the record of processing."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RecipientKind(models.TextChoices):
    """What third parties the policy speaks of (P09, P14, P19)."""

    ANALYTICS = "analytics", _("Analytics")
    PLUGIN = "plugin", _("Social plug-in")
    BANNER = "banner", _("Banner system")
    SOCIAL = "social", _("Social network")
    ADVERTISER = "advertiser", _("Advertiser")
    PARTNER = "partner", _("Partner")
    PROVIDER = "provider", _("Service provider")
    PUBLIC = "public", _("Links and public areas")


class TransferGround(models.TextChoices):
    """Why data may go to somebody else: the service needs it (P09), or one of the five other cases (P10)."""

    SERVICE = "service", _("The service needs it (P09)")
    SETTINGS = "settings", _("By the user's own settings (P10)")
    FUNCTION = "function", _("A function of the application needs it (P10)")
    ASSETS = "assets", _("Sale or assignment of assets (P10)")
    AUTHORITY = "authority", _("Demand of a court or authorised state body (P10)")
    DEFENCE = "defence", _("Defence of rights after a breach of contract (P10)")


class ErasureRoute(models.TextChoices):
    """How an erasure reaches a recipient (P14)."""

    API = "api", _("API")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")
    NONE = "none", pgettext_lazy("erasure route", "None")


class Unit(models.TextChoices):
    """What a retention period is counted in."""

    DAY = "day", _("days")
    MONTH = "month", _("months")
    YEAR = "year", _("years")


class CountedFrom(models.TextChoices):
    """The event from which a retention period runs."""

    COLLECTION = "collection", _("from the day on which it was collected")
    LAST_USE = "last-use", _("from the last time the application was used")
    CONTRACT_END = "contract-end", _("from the end of the contract")
    CONSENT_END = "consent-end", _("from the end of the consent")
    REQUEST_CLOSED = "request-closed", _("from the answer to the request")
