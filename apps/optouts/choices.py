"""Closed lists of opt-outs: by what channel, for what reason, through what the refusal came."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why an address is not written to: separate facts, of which none overwrites another."""

    REFUSAL = "refusal", _("The person refused")
    BOUNCE = "bounce", _("The address does not exist")
    COMPLAINT = "complaint", _("Reported as spam")
    STAFF = "staff", _("Decided by staff")


class Medium(models.TextChoices):
    """Through what the fact reached us."""

    LINK = "link", _("Link in a message")
    ONE_CLICK = "one-click", _("Unsubscribe button of the mail program")
    PHONE = "phone", _("Phone call")
    LETTER = "letter", _("Letter or e-mail")
    FILE = "file", _("Partner's or provider's file")
    SMS = "sms", _("SMS reply")
    APP = "app", _("Settings of the application")
    FORM = "form", _("Paper or web form")


class ApiScope(models.TextChoices):
    """What a token lets a system do. One scope a token: a system that does both has two."""

    FEED = "feed", _("Read suppressions")
    INBOUND_SMS = "inbound-sms", _("Hand over SMS replies")


class ChangeEvent(models.TextChoices):
    """What happened to a suppression."""

    SUPPRESSED = "suppressed", _("Suppressed")
    LIFTED = "lifted", _("Lifted by the person")


class MessageState(models.TextChoices):
    """What became of a reply that had to be read by somebody."""

    OPEN = "open", _("To be read")
    TAKEN = "taken", _("Taken as an opt-out")
    NOTHING = "nothing", _("Nothing to do")


# Sender and purpose of a suppression that holds for all of them.
EVERY_SENDER = "all"
EVERY_PURPOSE = "all"


class Result(models.TextChoices):
    """What a check of a message says of one rule."""

    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Not passed")
    UNSURE = "unsure", _("Can't be told")
    IDLE = "idle", _("Does not apply")
