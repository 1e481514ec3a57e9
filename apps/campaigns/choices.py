"""Closed lists of campaigns: how far a list is, and what becomes of its rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.choices import Channel
from apps.optouts.choices import Reason
from apps.policies.registry import PURPOSES


class Status(models.TextChoices):
    UPLOADED = "uploaded", _("Waiting to be scrubbed")
    ASKING = "asking", _("Waiting for its column to be named")
    RUNNING = "running", _("Being scrubbed")
    DONE = "done", _("Scrubbed")
    REFUSED = "refused", _("Refused whole")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Stopped by an error")


class Why(models.IntegerChoices):
    """What becomes of a row, a byte each. Of several reasons the lowest number counts.

    `code` is what files and figures call it. Up to BLANK a row goes into the kept list, up to DESTROYED it is invalid,
    above it is removed.
    """

    KEPT = 0, pgettext_lazy("in a list", "Kept")
    BLANK = 1, _("Blank line")
    EMPTY = 2, _("No address in the row")
    MALFORMED = 3, _("The address can't be right")
    DESTROYED = 4, _("The number was destroyed by a spreadsheet (9,96555E+11)")
    RESTRICTED = 16, _("The person's data is blocked")
    FROZEN = 17, _("The data is frozen until somebody decides")
    REFUSAL = 18, _("The person refused")
    COMPLAINT = 19, _("Reported as spam")
    EVERYTHING = 20, _("The person refused on every channel, by another address")
    BOUNCE = 21, _("The address does not exist")
    STAFF = 22, _("Decided by staff")
    NO_CONSENT = 23, _("No consent in force")

    @property
    def code(self) -> str:
        """`refusal`, `malformed`, …"""
        return self.name.lower()


LAST_PASSED, LAST_INVALID = Why.BLANK, Why.DESTROYED
WHY_BY_CODE = {why.code: why for why in Why}
WHY_OF_REASON = {
    Reason.REFUSAL: Why.REFUSAL, Reason.BOUNCE: Why.BOUNCE, Reason.COMPLAINT: Why.COMPLAINT, Reason.STAFF: Why.STAFF,
}  # fmt: skip
# A message goes out on one channel; "every channel" is what people say, not what a campaign is.
CHANNELS = tuple(channel for channel in Channel if channel != Channel.ALL)


# Purposes of which a consent may be required of everybody who is left in a list.
ON_CONSENT = tuple(purpose.code for purpose in PURPOSES if purpose.on_consent)
NOT_HASHED = _("Consents are known of people: a hashed list can't be checked for them.")
# What a hashed list has in the place of a kind of identifier.
HASH = "hash"


class Part(models.TextChoices):
    """What a scrub gives back, each a file."""

    KEPT = "kept", pgettext_lazy("in a list", "Kept")
    REMOVED = "removed", _("Removed")
    INVALID = "invalid", _("Invalid")
