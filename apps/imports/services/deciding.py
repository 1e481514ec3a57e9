"""Deciding about a batch that was read: merge it, or let it go."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock, files
from apps.imports import actions
from apps.imports.choices import Status
from apps.imports.models import Batch


class NotPossible(Exception):
    """The batch is in another state than the decision needs. `message` says in which, for the screen."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def locked(batch_id: int, *allowed: str) -> Batch:
    """The batch, locked, in one of these states. Raises NotPossible."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    if batch.status not in allowed:
        message = _("%(batch)s can't be changed any more. Its status now: %(status)s.")
        raise NotPossible(message % {"batch": batch.reference, "status": batch.get_status_display()})
    return batch


@transaction.atomic
def confirm(*, actor: User | None, batch_id: int) -> Batch:
    """Have the batch merged; the caller queues the merging in the same transaction.

    Of two people who confirm at once the second gets NotPossible. Raises PermissionDenied.
    """
    if actor is not None:
        require(actor, "imports.confirm_batch")
    batch = locked(batch_id, Status.READY)
    batch.status, batch.confirmed_by, batch.rows_done, batch.tally = Status.MERGING, actor, 0, {}
    batch.save(update_fields=["status", "confirmed_by", "rows_done", "tally"])
    record(actor, actions.CONFIRMED, batch)
    return batch


@transaction.atomic
def cancel(*, actor: User | None, batch_id: int) -> Batch:
    """Let the batch go: its rows and its file are destroyed, its figures stay. Raises NotPossible, PermissionDenied."""
    if actor is not None:
        require(actor, "imports.cancel_batch")
    batch = locked(batch_id, Status.READY, Status.MAPPING, Status.UPLOADED, Status.FAILED)
    batch.rows.all().delete()
    transaction.on_commit(partial(files.delete, batch.file))
    batch.status, batch.file, batch.finished_at, batch.preview = Status.CANCELLED, "", clock.now(), {}
    batch.save(update_fields=["status", "file", "finished_at", "preview"])
    record(actor, actions.CANCELLED, batch)
    return batch


@transaction.atomic
def resume(*, actor: User, batch_id: int) -> Batch:
    """Have a batch that an error stopped taken up where it was; the caller queues what its status now asks for."""
    require(actor, "imports.confirm_batch")
    batch = locked(batch_id, Status.FAILED)
    batch.status = Status.UNDOING if batch.undone else Status.MERGING if batch.figures else Status.UPLOADED
    batch.save(update_fields=["status"])
    record(actor, actions.RESUMED, batch)
    return batch


@transaction.atomic
def fail(*, batch_id: int, error: str) -> None:
    """Say that a worker gave up on the batch; `error` is the name of what went wrong, without values."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    if batch.busy:
        batch.status = Status.FAILED
        batch.save(update_fields=["status"])
        record(None, actions.FAILED, batch, error=error)
