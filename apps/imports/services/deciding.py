"""Deciding about a batch: merge it or let it go; stop the work on it, let it go on, or end it where it is."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock, files
from apps.core.errors import NotPossible
from apps.imports import actions
from apps.imports.choices import HALTED_STATUSES, STOPPABLE_STATUSES, Phase, Status
from apps.imports.models import Batch
from apps.imports.services.progressing import PROGRESS_FIELDS, begin

# What may be let go of, unless a part of it is merged.
CANCELLABLE_STATUSES = (Status.READY, Status.MAPPING, Status.UPLOADED, *HALTED_STATUSES)


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
    begin(batch, Phase.WAITING)
    batch.save(update_fields=["status", "confirmed_by", "rows_done", "tally", *PROGRESS_FIELDS])
    record(actor, actions.CONFIRMED, batch)
    return batch


@transaction.atomic
def cancel(*, actor: User | None, batch_id: int) -> Batch:
    """Let the batch go: its rows and its file are destroyed, its figures stay.

    Raises NotPossible, also when a part of it is merged; PermissionDenied.
    """
    if actor is not None:
        require(actor, "imports.cancel_batch")
    batch = locked(batch_id, *CANCELLABLE_STATUSES)
    if batch.rows_merged or batch.undone:
        message = _("A part of %(batch)s is merged already. The rest can go on or be left out.")
        raise NotPossible(message % {"batch": batch.reference})
    batch.rows.all().delete()
    transaction.on_commit(partial(files.delete, batch.file))
    batch.status, batch.file, batch.finished_at, batch.preview = Status.CANCELLED, "", clock.now(), {}
    batch.save(update_fields=["status", "file", "finished_at", "preview"])
    record(actor, actions.CANCELLED, batch)
    return batch


@transaction.atomic
def stop(*, actor: User, batch_id: int) -> Batch:
    """Stop the work on a batch; a worker that has it lets go at its next checkpoint. What is merged stays in, what is
    undone stays out.

    Raises NotPossible, PermissionDenied.
    """
    require(actor, "imports.cancel_batch")
    batch = locked(batch_id, *STOPPABLE_STATUSES)
    batch.status = Status.STOPPED
    batch.save(update_fields=["status"])
    record(actor, actions.STOPPED, batch, rows=batch.rows_done if batch.figures else 0)
    return batch


@transaction.atomic
def resume(*, actor: User, batch_id: int) -> Batch:
    """Have a batch that was stopped taken up: merging and undoing behind the last checkpoint, reading from its start.

    The caller queues what its status now asks for. Raises NotPossible, PermissionDenied.
    """
    require(actor, "imports.confirm_batch")
    batch = locked(batch_id, *HALTED_STATUSES)
    batch.status = Status.UNDOING if batch.undone else Status.MERGING if batch.figures else Status.UPLOADED
    begin(batch, Phase.WAITING)
    batch.save(update_fields=["status", *PROGRESS_FIELDS])
    record(actor, actions.RESUMED, batch)
    return batch


@transaction.atomic
def finish_here(*, actor: User | None, batch_id: int) -> Batch:
    """End a merge that was stopped: what is in stays in, the rest is destroyed and counted as skipped.

    The caller queues the merging, which does the destroying. Raises NotPossible, also when nothing is merged yet;
    PermissionDenied.
    """
    if actor is not None:
        require(actor, "imports.cancel_batch")
    batch = locked(batch_id, *HALTED_STATUSES)
    if not batch.rows_merged:
        raise NotPossible(_("Nothing of %(batch)s is merged yet. It can be cancelled.") % {"batch": batch.reference})
    batch.rows_left += batch.rows_total - batch.rows_done
    batch.rows_total, batch.status = batch.rows_done, Status.MERGING
    begin(batch, Phase.WAITING)
    batch.save(update_fields=["rows_left", "rows_total", "status", *PROGRESS_FIELDS])
    record(actor, actions.FINISHED_HERE, batch, rows=batch.rows_done, left=batch.rows_left)
    return batch


@transaction.atomic
def fail(*, batch_id: int, error: str) -> None:
    """Say that a worker gave up on the batch; `error` is the name of what went wrong, without values."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    if batch.busy:
        batch.status = Status.FAILED
        batch.save(update_fields=["status"])
        record(None, actions.FAILED, batch, error=error)
