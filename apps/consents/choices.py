"""Closed lists of consents: the states of the W3C Data Privacy Vocabulary, and through what an act reached us."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """What an event brings about. A consent is in force from a GIVEN until one of ENDING."""

    REQUESTED = "requested", _("Requested")
    GIVEN = "given", _("Given")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn by the person")
    REVOKED = "revoked", _("Revoked by somebody else")
    EXPIRED = "expired", _("Expired")
    INVALIDATED = "invalidated", _("Invalidated")


class Medium(models.TextChoices):
    """Through what the act reached us."""

    PHONE = "phone", _("Phone call")
    LETTER = "letter", _("Letter or e-mail")
    APP = "app", _("Settings of the application")
    FORM = "form", _("Paper or web form")
    LINK = "link", _("Link in a message")
    FILE = "file", _("Partner's file")


# After one of these nothing may rest on the consent; REQUESTED asks and changes nothing.
ENDING = (State.REFUSED, State.WITHDRAWN, State.REVOKED, State.EXPIRED, State.INVALIDATED)
# What staff take down themselves.
STAFF_MEDIA = (Medium.PHONE, Medium.LETTER)
