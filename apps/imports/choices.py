"""Closed lists of partners' files."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    MEMBERS = "members", _("Members of a loyalty programme")
    OPTOUTS = "optouts", _("Opt-outs")
    ACTIVITY = "activity", _("Purchases, points and other activity")
    INBOUND_SMS = "inbound-sms", _("SMS replies")
    CONSENTS = "consents", _("Consents")


class Status(models.TextChoices):
    UPLOADED = "uploaded", _("Waiting to be read")
    READING = "reading", _("Being read")
    REFUSED = "refused", _("Refused whole")
    MAPPING = "mapping", _("Waiting for its columns to be named")
    READY = "ready", _("Waiting for confirmation")
    MERGING = "merging", _("Being merged")
    DONE = "done", _("Merged")
    CANCELLED = "cancelled", _("Cancelled")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Stopped by an error")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class Phase(models.TextChoices):
    """What becomes of a file at the moment, as its page shows it."""

    WAITING = "waiting", _("Waiting for a worker")
    LOOKING = "looking", _("Looking through the file")
    READING = "reading", _("Reading the rows")
    JUDGING = "judging", _("Judging the rows")
    MERGING = "merging", _("Merging the rows")
    UNDOING = "undoing", _("Undoing the merge")


class Verdict(models.TextChoices):
    NEW = "new", _("New")
    UPDATED = "updated", _("Updated")
    UNCHANGED = "unchanged", _("Unchanged")
    DUPLICATE = "duplicate", _("Repeated in the file")
    REFUSED = "refused", pgettext_lazy("row", "Refused")
    QUARANTINED = "quarantined", _("In quarantine: under 12")
    CONFLICT = "conflict", _("Conflict")
    SKIPPED = "skipped", _("Skipped")


class Decision(models.TextChoices):
    """What an officer may say of a row whose identifiers contradict what is known (P05)."""

    SAME_PERSON = "same-person", _("Same person")
    MOVED = "moved", _("The number or address moved to somebody else")
    TAKE_IN = "take-in", _("Take it in without what is somebody else's")
    LEAVE_OUT = "leave-out", _("Leave the row out")


class ColumnStyle(models.TextChoices):
    """How a column writes what can be read in two ways."""

    DAY_FIRST = "day-first", _("Day first: 13/12/2026")
    MONTH_FIRST = "month-first", _("Month first: 12/13/2026")
    COMMA = "comma", _("Comma before decimals: 1.234,50")
    POINT = "point", _("Point before decimals: 1,234.50")


# What `import_file --json` counts, in this order.
FIGURES = ("rows", *Verdict.values, "warnings")
# Verdicts whose rows go into the registers, or are there already.
ACCEPTED_VERDICTS = (Verdict.NEW, Verdict.UPDATED, Verdict.UNCHANGED)
# Verdicts whose rows stay after the merge, with their cells, until somebody decides.
KEPT_VERDICTS = (Verdict.REFUSED, Verdict.QUARANTINED, Verdict.CONFLICT)
# Why a row is in conflict, by keys of engine.refusals.ROW_REASONS; a row that was left out keeps its own.
CONFLICT_REASONS = ("two-people", "other-token", "other-phone", "shared-in-file")
# A worker has the batch, or is about to.
BUSY_STATUSES = (Status.UPLOADED, Status.READING, Status.MERGING, Status.UNDOING)
# Work on it that somebody may stop, and work that was stopped and can go on.
STOPPABLE_STATUSES = (Status.UPLOADED, Status.READING, Status.MERGING, Status.UNDOING)
HALTED_STATUSES = (Status.STOPPED, Status.FAILED)
# Verdicts of a row that leads, or may lead, to somebody who is in the register.
NEEDS_SOMEBODY_KNOWN = (Verdict.UPDATED, Verdict.UNCHANGED, Verdict.SKIPPED, Verdict.CONFLICT)
# Somebody has to look at the batch: to confirm it, or to name its columns.
WAITING_STATUSES = (Status.READY, Status.MAPPING)
# Nothing happens to a batch any more.
FINISHED_STATUSES = (Status.REFUSED, Status.DONE, Status.CANCELLED, Status.UNDONE)
# What undoing a batch counts: what went, what was put back, and what had to stay because of what happened since.
UNDONE_FIGURES = (
    "people_gone", "records_gone", "identifiers_gone", "restored", "consents_corrected",
    "people_stay", "records_stay", "blocked", "erased", "merged",
)  # fmt: skip
STAYS_FIGURES = UNDONE_FIGURES[5:]
