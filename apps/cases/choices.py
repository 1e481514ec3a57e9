"""Closed lists of cases, the same for every kind."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CameBy(models.TextChoices):
    """The way by which a case, or a message of it, came or went."""

    PHONE = "phone", _("Phone call")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    FORM = "form", _("Web form")
    LETTER = "letter", _("Letter on paper")
    VISIT = "visit", _("Visit in person")
    APP = "app", _("In the application")
    INSIDE = "inside", _("From inside the operator")


class Priority(models.IntegerChoices):
    """What goes first; the smaller number does."""

    HIGH = 1, pgettext_lazy("priority", "High")
    NORMAL = 2, pgettext_lazy("priority", "Normal")
    LOW = 3, pgettext_lazy("priority", "Low")


class WaitReason(models.TextChoices):
    """What we wait for while the clock stands."""

    IDENTITY = "identity", _("Proof of who they are")
    DETAILS = "details", _("Details of the request")
    PAPERS = "papers", _("Papers of a representative")
    CHOICE = "choice", _("A decision of theirs")


class Direction(models.TextChoices):
    """Whether a message came to us or went to the person."""

    IN = "in", pgettext_lazy("message", "Received")
    OUT = "out", _("Sent")


class Delivery(models.TextChoices):
    """How far a message has come."""

    DONE = "done", _("done")
    QUEUED = "queued", _("on its way")
    FAILED = "failed", _("not delivered")


class LinkKind(models.TextChoices):
    """How two cases belong together, the first to the second."""

    RELATED = "related", _("belongs together with")
    DUPLICATE = "duplicate", _("says the same as")
    FOLLOWS = "follows", _("follows from")


class Box(models.TextChoices):
    """Boxes of the inbox."""

    OPEN = "open", pgettext_lazy("cases", "Open")
    MINE = "mine", pgettext_lazy("cases", "Mine")
    UNASSIGNED = "unassigned", pgettext_lazy("cases", "Nobody's")
    TODAY = "today", pgettext_lazy("cases", "Due today")
    OVERDUE = "overdue", pgettext_lazy("cases", "Overdue")
    WAITING = "waiting", pgettext_lazy("cases", "Waiting")
    TAKEN = "taken", pgettext_lazy("cases", "Taken in by me")
    CLOSED = "closed", pgettext_lazy("cases", "Closed")


class Occasion(models.TextChoices):
    """What a reply template is for."""

    RECEIPT = "receipt", _("Receipt of a request")
    IDENTITY = "identity", _("Proof of identity is asked for")
    WAITING = "waiting", _("Something is missing")
    EXTENSION = "extension", _("The term is extended")
    ANSWERED = "answered", _("Answer")
    DONE = "done", _("Done on the spot")
    REFUSAL = "refusal", _("Refusal")
    OTHER = "other", _("Something else")


class Stage(models.TextChoices):
    """When somebody is reminded of a case."""

    SOON = "soon", _("due in two working days")
    TODAY = "today", _("due today")
    OVERDUE = "overdue", _("overdue")


class Method(models.TextChoices):
    """How it is found out that who asks is who they say they are."""

    PHONE = "phone", _("Code to a known phone")
    EMAIL = "email", _("Code to a known e-mail")
    TOKEN = "token", _("Operator's token")
    PAPERS = "papers", _("Papers seen")


class VerificationState(models.TextChoices):
    """What came of an attempt to verify."""

    OPEN = "open", pgettext_lazy("verification", "open")
    DONE = "done", pgettext_lazy("verification", "succeeded")
    FAILED = "failed", pgettext_lazy("verification", "failed")


class PaperKind(models.TextChoices):
    """Papers that staff look at. Which kind is kept; no number and no copy."""

    PASSPORT = "passport", _("Passport or identity card")
    LICENCE = "licence", _("Driving licence")
    BIRTH = "birth", _("Birth certificate of the child, and the parent's identity card")
    GUARDIAN = "guardian", _("Decision on guardianship, and the guardian's identity card")
    PROXY = "proxy", _("Power of attorney, and the representative's identity card")


# By which a message goes out from here; by the others somebody has told the person themselves.
SENT_FROM_HERE = (CameBy.EMAIL, CameBy.SMS)
# By which staff take something in; web forms and the application bring their own.
STAFF_WAYS = (CameBy.PHONE, CameBy.EMAIL, CameBy.LETTER, CameBy.VISIT, CameBy.APP)
