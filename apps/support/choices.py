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


# The job that has a copy in one of these states.
COPY_JOBS = {CopyState.PREPARING: "support.prepare_copy", CopyState.RELEASING: "support.build_copy"}


class CodeTrouble(models.TextChoices):
    """Why a code did not reach the person."""

    REJECTED = "rejected", _("The address gets no messages")
    UNSENT = "unsent", _("The way to it was blocked")


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


# What people ask for, in the words of somebody who knows no law; the order of the public form.
PLAIN_TOPICS = {
    Topic.ACCESS: _("See what you have about me"),
    Topic.RECTIFICATION: _("Correct something that is wrong"),
    Topic.ERASURE: _("Destroy what you have about me"),
    Topic.UNSUBSCRIBE: _("Send me no more advertising"),
    Topic.PORTABILITY: _("Give me my data as a file"),
    Topic.RESTRICTION: _("Block my data: keep it, but don't use it"),
    Topic.OBJECTION: _("Stop using my data for something"),
    Topic.WITHDRAWAL: _("I take a consent back"),
    Topic.COMPLAINT: _("I have a complaint"),
    Topic.QUESTION: _("I have a question"),
}
PLAIN_SPEAKERS = {
    Speaker.SELF: _("I ask for myself"),
    Speaker.PARENT: _("For my child, or for somebody in my care"),
    Speaker.REPRESENTATIVE: _("For somebody who gave me a power of attorney"),
}
# How far a request has come, said to whoever made it.
PLAIN_STATES = {
    Status.NEW: _("We have received it"),
    Status.IN_WORK: _("We are working on it"),
    Status.WAITING: _("We wait for you"),
    Status.ANSWERED: _("Answered"),
    Status.REFUSED: _("Refused; our answer says why"),
    Status.WITHDRAWN: _("You took it back"),
    Status.DUPLICATE: _("We answer another request that asks the same"),
}
# Where the topic alone says nothing.
NEEDS_TEXT = frozenset({Topic.RECTIFICATION, Topic.OBJECTION, Topic.COMPLAINT, Topic.QUESTION})


class MailSource(models.TextChoices):
    """Where letters came from."""

    FILE = "file", _("File")
    IMAP = "imap", _("Mailbox")


class MailOutcome(models.TextChoices):
    """What became of a letter."""

    REQUEST = "request", _("Request")
    REPLY = "reply", _("Answer in a case")
    AUTOMATIC = "automatic", _("Sent by a machine: no request")
    ASIDE = "aside", _("Set aside")


class MailReason(models.TextChoices):
    """Why a letter is no request, or was set aside."""

    AUTO_REPLY = "auto-reply", _("Automatic reply")
    BOUNCE = "bounce", _("Report of the mail system")
    LIST = "list", _("Mailing list")
    OURS = "ours", _("From our own address")
    TOO_LARGE = "too-large", _("Too large")
    UNREADABLE = "unreadable", _("Can't be read")
    NO_SENDER = "no-sender", _("No usable sender")
    REFUSED = "refused", _("Could not be taken in")


class MailFailure(models.TextChoices):
    """Why nothing, or not all, could be taken in."""

    NOT_MAIL = "not-mail", _("This is no file of e-mail")
    UNREACHABLE = "unreachable", _("The mailbox can't be reached")
    SIGN_IN = "sign-in", _("The mailbox doesn't let us in")
    DAMAGED = "damaged", _("The stored file is damaged")
