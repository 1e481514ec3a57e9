"""What is kept of the work on a batch: the phase that runs, its checkpoints, the time that it took."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.imports.choices import BUSY_STATUSES, HALTED_STATUSES, Phase, Status


class Work(models.Model):
    """The fields that `services.progressing` writes and `progress` reads."""

    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.UPLOADED, editable=False)
    rows_total = models.BigIntegerField(_("rows"), default=0, editable=False)
    # Rows behind the last checkpoint of the phase that runs: staged while reading, merged while merging.
    rows_done = models.BigIntegerField(_("rows done"), default=0, editable=False)
    # Rows behind the last merged one that somebody decided to leave; not in rows_total until the merge is finished.
    rows_left = models.BigIntegerField(default=0, editable=False)
    # Plain bytes read so far; of how many, where that is not `size` (a workbook is read as the CSV that became of it).
    bytes_done = models.BigIntegerField(default=0, editable=False)
    bytes_total = models.BigIntegerField(default=0, editable=False)
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.WAITING, editable=False)
    phase_started_at = models.DateTimeField(default=clock.now, editable=False)
    # Which reading of the file this is: what an earlier one still wants to keep is not taken any more.
    run = models.PositiveIntegerField(default=0, editable=False)
    # [[seconds since 1970, rows done, bytes done], …] at the last checkpoints of the phase, for the rate.
    marks = models.JSONField(default=list, editable=False)
    # {phase: seconds} that workers had it.
    seconds = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True

    @property
    def busy(self) -> bool:
        """Whether a worker has it, or is about to."""
        return self.status in BUSY_STATUSES

    @property
    def halted(self) -> bool:
        """Whether work on it was stopped, by somebody or by an error, and can go on."""
        return self.status in HALTED_STATUSES
