"""What nobody decided about is not kept for ever: files and rows that wait have a term."""

from datetime import timedelta

from django.db import transaction

from apps.core import clock
from apps.imports.choices import Status, Verdict
from apps.imports.models import Batch, StagedRow
from apps.imports.services.deciding import NotPossible, cancel

KEEP_DAYS = 30  # policy: a partner's file or a refused row that nobody took up by then is destroyed


def let_go_of_old() -> int:
    """Cancel batches that waited longer than KEEP_DAYS, and delete rows kept longer, save those in quarantine: a
    child report decides about them. Gives how many batches were cancelled.
    """
    before = clock.now() - timedelta(days=KEEP_DAYS)
    waiting = [Status.READY, Status.MAPPING, Status.UPLOADED, Status.FAILED]
    cancelled = 0
    for batch_id in Batch.objects.filter(status__in=waiting, created_at__lt=before).values_list("pk", flat=True):
        try:
            cancel(actor=None, batch_id=batch_id)
        except NotPossible:
            continue  # somebody decided this very moment
        cancelled += 1
    _delete_rows(before)
    return cancelled


@transaction.atomic
def _delete_rows(before: object) -> None:
    old = StagedRow.objects.filter(batch__status=Status.DONE, batch__finished_at__lt=before)
    old.exclude(verdict=Verdict.QUARANTINED).delete()
