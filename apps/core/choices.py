"""Kinds of identifier by which a person is found (P05, architecture: identifiers), and channels that reach them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdentifierKind(models.TextChoices):
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    TOKEN = "token", _("Operator's token")
    CARD = "card", _("Partner's card")
    PUSH = "push", _("Push token")


class Channel(models.TextChoices):
    """How a message reaches somebody (P15–P17). `ALL` in a suppression stands for every one of them."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    PUSH = "push", _("Push notifications")
    CALL = "call", _("Calls")
    MESSENGER = "messenger", _("Messengers")
    ALL = "all", _("Every channel")
