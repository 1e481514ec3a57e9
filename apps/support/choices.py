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


# What is answered by a copy of what is held.
COPY_TOPICS = frozenset({Topic.ACCESS, Topic.PORTABILITY})


class CopyState(models.TextChoices):
    """How far a copy of a person's data has come."""

    PREPARING = "preparing", _("Being prepared")
    READY = "ready", _("To be looked through")
    RELEASING = "releasing", _("Being put together")
    RELEASED = "released", _("Released, not handed over yet")
    HANDED = "handed", _("Handed over")
    NOTHING = "nothing", _("Nothing is held: the person was told")
    FAILED = "failed", _("Stopped by an error")
    EXPIRED = "expired", _("Destroyed: its time was over")
    DISCARDED = "discarded", _("Discarded")


class Withheld(models.TextChoices):
    """Why a part of what is held is not given."""

    THIRD_PARTY = "third-party", _("It is about somebody else")
    SECRET = "secret", _("The law protects it as a secret")
    SECURITY = "security", _("Giving it would endanger the protection of data")


class HandedBy(models.TextChoices):
    """How a copy got to the person."""

    LINK = "link", _("by a link and a code")
    PAPER = "paper", _("on paper")


class Speaker(models.TextChoices):
    """Who speaks for the person."""

    SELF = "self", _("The person")
    PARENT = "parent", _("A parent or guardian")
    REPRESENTATIVE = "representative", _("A representative with papers")
