"""Closed lists of consents: the states of the W3C Data Privacy Vocabulary, and through what an act reached us."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.choices import Channel


class State(models.TextChoices):
    """What an event brings about. A consent is in force from a GIVEN until one of ENDING, or until it expires."""

    REQUESTED = "requested", _("Requested")
    GIVEN = "given", _("Given")
    REFUSED = "refused", pgettext_lazy("consent", "Refused")
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
    SMS = "sms", _("SMS reply")
    FILE = "file", _("Partner's file")


class Measure(models.TextChoices):
    """What a day's figures count: people, acts of each state, or when it was counted."""

    IN_FORCE = "in-force", _("People whose consent is in force")
    ASKED = "asked", _("People asked again")
    AGREED = "agreed", _("People who agreed again")
    WAITING = "waiting", _("People asked who have not answered")
    TURNED_DOWN = "turned-down", _("People who refused since")
    REQUESTED = State.REQUESTED.value, _("Requests recorded")
    GIVEN = State.GIVEN.value, _("Consents recorded")
    REFUSED = State.REFUSED.value, _("Refusals recorded")
    WITHDRAWN = State.WITHDRAWN.value, _("Withdrawals recorded")
    REVOKED = State.REVOKED.value, _("Revocations recorded")
    EXPIRED = State.EXPIRED.value, _("Expiries recorded")
    INVALIDATED = State.INVALIDATED.value, _("Invalidations recorded")
    COUNTED = "counted", _("Counted")


class AskingStatus(models.TextChoices):
    """How far the recording of an asking is."""

    RUNNING = "running", _("Being recorded")
    DONE = "done", _("Recorded")
    FAILED = "failed", _("Stopped by an error")


# The job that has an asking while it is recorded.
ASKING_JOB = "consents.run_asking"

# After one of these nothing may rest on the consent; REQUESTED asks and changes nothing.
ENDING = (State.REFUSED, State.WITHDRAWN, State.REVOKED, State.EXPIRED, State.INVALIDATED)
# What a person says who does not want it.
REFUSING = (State.REFUSED, State.WITHDRAWN)
# What staff take down themselves.
STAFF_MEDIA = (Medium.PHONE, Medium.LETTER)

# Through what many people are asked at once.
ASKING_MEDIA = (Medium.LETTER, Medium.LINK, Medium.APP, Medium.FORM, Medium.PHONE)

# Of acts at the same moment the one with the highest rank counts: an end beats a beginning.
RANK = {
    State.REQUESTED: 0, State.GIVEN: 1, State.EXPIRED: 2, State.REFUSED: 3, State.WITHDRAWN: 4, State.REVOKED: 5,
    State.INVALIDATED: 6,
}  # fmt: skip

# The channel of an act that names none: it speaks of every one of them.
EVERY_CHANNEL = ""
CHANNELS = tuple(channel for channel in Channel if channel != Channel.ALL)
CHANNEL_CHOICES = [(EVERY_CHANNEL, Channel.ALL.label), *((channel.value, channel.label) for channel in CHANNELS)]
