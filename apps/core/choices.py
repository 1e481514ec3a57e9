"""Kinds of identifier by which a person is found (P05, architecture: identifiers)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdentifierKind(models.TextChoices):
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    TOKEN = "token", _("Operator's token")
    CARD = "card", _("Partner's card")
    PUSH = "push", _("Push token")
