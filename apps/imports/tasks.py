"""Background work of imports: reading and merging."""

from collections.abc import Callable

from django.db import transaction
from procrastinate.contrib.django import app

from apps.imports.models import Batch
from apps.imports.services import merging, reading, undoing
from apps.imports.services.deciding import fail
from apps.imports.services.keeping import end_old, let_go_of_old


@app.task(name="imports.read_batch")
def read_batch(batch_id: int) -> None:
    """Read a batch that was uploaded."""
    _work(reading.read_batch, batch_id)


@app.task(name="imports.merge_batch")
def merge_batch(batch_id: int) -> None:
    """Merge a batch that was confirmed."""
    _work(merging.merge_batch, batch_id)


@app.task(name="imports.undo_batch")
def undo_batch(batch_id: int) -> None:
    """Undo a batch that somebody decided to undo."""
    _work(undoing.undo_batch, batch_id)


@app.periodic(cron="17 3 * * *")
@app.task(name="imports.let_go_of_old", queueing_lock="imports.let_go_of_old")
def let_go(timestamp: int) -> None:
    """Every night: destroy what nobody decided about, and what is kept for undoing longer than that is possible."""
    let_go_of_old()
    with transaction.atomic():
        for batch_id in end_old():
            merge_batch.defer(batch_id=batch_id)
    undoing.forget_old_images()


def _work(service: Callable[..., Batch], batch_id: int) -> None:
    """Whatever stops the work, the batch says that it was stopped."""
    try:
        service(batch_id=batch_id)
    except Exception as error:
        fail(batch_id=batch_id, error=type(error).__name__)
        raise
