"""What nobody decided about is not kept for ever: files and rows that wait have a term."""

import contextlib
from datetime import timedelta

from django.db import transaction

from apps.core import clock
from apps.core.errors import NotPossible
from apps.imports.choices import HALTED_STATUSES, Status, Verdict
from apps.imports.models import Batch, StagedRow
from apps.imports.services.deciding import CANCELLABLE_STATUSES, cancel, finish_here

KEEP_DAYS = 30  # policy: a partner's file or a refused row that nobody took up by then is destroyed


def let_go_of_old() -> int:
    """Cancel batches that waited longer than KEEP_DAYS, and delete rows kept longer, save those in quarantine: a
    child report decides about them. Gives how many batches were cancelled.
    """
    before = clock.now() - timedelta(days=KEEP_DAYS)
    waiting = Batch.objects.filter(status__in=CANCELLABLE_STATUSES, created_at__lt=before)
    cancelled = 0
    for batch_id in waiting.values_list("pk", flat=True):
        try:
            cancel(actor=None, batch_id=batch_id)
        except NotPossible:
            continue  # somebody decided this very moment; or a part of it is merged, and `end_old` sees to it
        cancelled += 1
    _delete_rows(before)
    return cancelled


def end_old() -> list[int]:
    """End merges that were stopped in the middle longer than KEEP_DAYS ago; the caller queues their merging."""
    before = clock.now() - timedelta(days=KEEP_DAYS)
    old = Batch.objects.filter(status__in=HALTED_STATUSES, phase_started_at__lt=before)
    ended = []
    for batch in old:
        with contextlib.suppress(NotPossible):  # nothing is merged yet, or somebody decided this very moment
            ended.append(finish_here(actor=None, batch_id=batch.pk).pk)
    return ended


@transaction.atomic
def _delete_rows(before: object) -> None:
    old = StagedRow.objects.filter(batch__status=Status.DONE, batch__finished_at__lt=before)
    old.exclude(verdict=Verdict.QUARANTINED).delete()
