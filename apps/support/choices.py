"""Closed lists of requests."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Topic(models.TextChoices):
    """What a person asks for."""

    ACCESS = "access", _("Access: what is held about me")
    RECTIFICATION = "rectification", _("Rectification: correct it")
    PORTABILITY = "portability", _("Portability: give it to me")
    OBJECTION = "objection", _("Objection: stop using it")
    RESTRICTION = "restriction", _("Restriction: block it")
    WITHDRAWAL = "withdrawal", _("Withdrawal of consent")
    ERASURE = "erasure", _("Erasure: destroy it")
    UNSUBSCRIBE = "unsubscribe", _("Unsubscribe from advertising")
    COMPLAINT = "complaint", _("Complaint")
    QUESTION = "question", _("Question")


class Status(models.TextChoices):
    """How far a request has come."""

    NEW = "new", pgettext_lazy("request", "New")
    IN_WORK = "in-work", pgettext_lazy("request", "In work")
    WAITING = "waiting", pgettext_lazy("request", "Waiting for the person")
    ANSWERED = "answered", pgettext_lazy("request", "Answered")
    REFUSED = "refused", pgettext_lazy("request", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "Taken back")
    DUPLICATE = "duplicate", pgettext_lazy("request", "Asked twice")


class Speaker(models.TextChoices):
    """Who speaks for the person."""

    SELF = "self", _("The person")
    PARENT = "parent", _("A parent or guardian")
    REPRESENTATIVE = "representative", _("A representative with papers")
