"""What is kept of the work on a batch: the phase that runs, its checkpoints, the time that it took."""

from django.db import models

from apps.core import clock
from apps.imports.choices import Phase


class Work(models.Model):
    """The fields that `services.progressing` writes and `progress` reads."""

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
