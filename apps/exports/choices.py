"""Closed lists of exports: as what, why with whole values, and how it ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileFormat(models.TextChoices):
    CSV = "csv", _("CSV")
    XLSX = "xlsx", _("Excel workbook (XLSX)")


class ExportReason(models.TextChoices):
    """Why personal values leave the desk in a file."""

    REQUEST = "request", _("Working requests")
    AUTHORITY = "authority", _("Demand of an authority")
    NOTICE = "notice", _("Telling people of something that concerns their data")
    QUALITY = "quality", _("Checking the quality of data")
    RECIPIENT = "recipient", _("Passing on to a recipient of the register")


class Status(models.TextChoices):
    """`STARTED` also stays where the server died before it could say how it ended."""

    STARTED = "started", _("Started")
    COMPLETE = "complete", _("Complete")
    BROKEN_OFF = "broken-off", _("Broken off")
