"""A batch's page: progress, preview, result; and what can be done there."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.acting import Decision
from apps.accounts.models import User
from apps.imports import presenting, tasks
from apps.imports.choices import BUSY_STATUSES, STOPPABLE_STATUSES, WAITING_STATUSES, Status
from apps.imports.engine.refusals import file_message
from apps.imports.halting import halt
from apps.imports.models import Batch
from apps.imports.picture import pictures, times
from apps.imports.progress import Progress, told
from apps.imports.services.deciding import (
    CANCELLABLE_STATUSES,
    cancel,
    confirm,
    finish_here,
    resume,
    stop,
)
from apps.imports.services.mapping import mappable
from apps.imports.services.rejecting import rejects
from apps.imports.services.undoing import undo, undoable
from apps.subjects.views.desk import desk_page, staff

# What is asked of a batch while somebody looks at it: no more than moves, but for the rows that a list shows at most.
MOVING_FIELDS = (
    "status", "phase", "phase_started_at", "marks", "rows_done", "rows_total", "bytes_done", "bytes_total", "size",
)  # fmt: skip
MOST_MOVING = 50
LARGEST_KEY = 2**63 - 1


def batch_or_404(pk: int) -> Batch:
    """The batch with this key."""
    batch = (
        Batch.objects.select_related("partner", "created_by", "confirmed_by", "profile__made_by").filter(pk=pk).first()
    )
    if batch is None:
        raise Http404(_("There is no such file."))
    return batch


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Whatever there is to see of a batch in its present state."""
    staff(request, "imports.view_batch")
    batch = batch_or_404(pk)
    context = {"title": batch.reference, "batch": batch, "original": batch, "opts": Batch._meta, **_state(batch)}
    if batch.layout:
        context |= {"columns": presenting.columns(batch), "found": presenting.layout_facts(batch)}
    if batch.status in {Status.READY, Status.DONE}:
        context |= _rows(request, batch)
    return desk_page(request, "imports/batch.html", context)


def _rows(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    """Rows are about people, so they are for those who work with them; figures are for everybody."""
    if not request.user.has_perm("imports.view_rejects"):
        return {}
    first = presenting.first_rows(batch) if batch.status == Status.READY else []
    return {"first_rows": first, "kept_rows": presenting.kept_rows(batch),
            "to_return": batch.rows.to_return().exists()}  # fmt: skip


def _state(batch: Batch) -> dict[str, Any]:
    same = Batch.objects.same_content(batch).first() if batch.content_digest else None
    return {
        "progress": Progress(batch) if batch.busy else None,
        "halt": halt(batch),
        "pictures": pictures(batch) if batch.figures and not batch.busy else None,
        "times": times(batch) if batch.status in {Status.READY, Status.DONE} else [],
        "cancellable": batch.status in CANCELLABLE_STATUSES and not (batch.rows_merged or batch.undone),
        "stoppable": batch.status in STOPPABLE_STATUSES,
        "undoable": undoable(batch),
        "consents": presenting.consents_told(batch) if not batch.busy else [],
        "undo_text": presenting.undo_consequences(batch),
        "undone": presenting.undone(batch) if batch.status == Status.UNDONE else [],
        "refusal": file_message(batch.refusal) if batch.refusal else "",
        "mappable": mappable(batch),
        "notes": [file_message(note) for note in batch.notes],
        "same": same,
        "imported": same is not None and same.status == Status.DONE,
        "undecided": batch.status in {Status.UPLOADED, Status.READING, *WAITING_STATUSES},
    }


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes while a worker has the batch: one row of one table, whatever its size."""
    staff(request, "imports.view_batch")
    batch = _moving().filter(pk=pk).first()
    if batch is None:
        raise Http404(_("There is no such file."))
    return render(request, "imports/progress.html", {"batch": batch, "progress": Progress(batch)})


def moving(request: HttpRequest) -> JsonResponse:
    """How far those of the asked batches are (`?batch=17&batch=18`) that a worker has or is about to have."""
    staff(request, "imports.view_batch")
    asked = [int(pk) for pk in request.GET.getlist("batch")[:MOST_MOVING] if pk.isascii() and pk.isdigit()]
    batches = _moving().filter(pk__in=[pk for pk in asked if pk <= LARGEST_KEY], status__in=BUSY_STATUSES)
    said = {batch.pk: {"percent": Progress(batch).percent, "text": told(batch)} for batch in batches}
    return JsonResponse(said)


def _moving() -> QuerySet[Batch]:
    return Batch.objects.only(*MOVING_FIELDS)


def download_rejects(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rows that did not go in, as a file; by POST, because it is recorded."""
    actor = staff(request, "imports.view_rejects")
    batch = batch_or_404(pk)
    if request.method != "POST" or not batch.layout:
        raise Http404
    response = StreamingHttpResponse(rejects(actor=actor, batch=batch), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{batch.reference}-rejects.csv"'
    response["Cache-Control"] = "no-store"
    return response


class BatchDecision(Decision):
    """One decision about a batch."""

    def found(self, pk: int) -> Batch:
        """The batch."""
        return batch_or_404(pk)

    def after(self, thing: Batch) -> HttpResponse:
        """Back to the batch."""
        return redirect("admin:imports_batch_change", thing.pk)


class Confirm(BatchDecision):
    """Merge."""

    permission = "imports.confirm_batch"
    done = gettext_lazy("The file is confirmed and will be merged.")

    def decide(self, actor: User, batch: Batch, given: dict[str, Any]) -> None:
        """Confirm."""
        confirm(actor=actor, batch_id=batch.pk)
        tasks.merge_batch.defer(batch_id=batch.pk)


class Cancel(BatchDecision):
    """Let go."""

    permission = "imports.cancel_batch"
    done = gettext_lazy("The file is cancelled; nothing of it was kept.")

    def decide(self, actor: User, batch: Batch, given: dict[str, Any]) -> None:
        """Cancel."""
        cancel(actor=actor, batch_id=batch.pk)


class Stop(BatchDecision):
    """Stop."""

    permission = "imports.cancel_batch"
    done = gettext_lazy("The work is stopped. It can go on later.")

    def decide(self, actor: User, batch: Batch, given: dict[str, Any]) -> None:
        """Stop."""
        stop(actor=actor, batch_id=batch.pk)


class FinishHere(BatchDecision):
    """Leave the rest."""

    permission = "imports.cancel_batch"
    done = gettext_lazy("The merge ends here: what is in stays, the rest is destroyed.")

    def decide(self, actor: User, batch: Batch, given: dict[str, Any]) -> None:
        """End it."""
        finish_here(actor=actor, batch_id=batch.pk)
        tasks.merge_batch.defer(batch_id=batch.pk)


class Resume(BatchDecision):
    """Take up again."""

    permission = "imports.confirm_batch"
    done = gettext_lazy("The work goes on where it stopped.")

    def decide(self, actor: User, batch: Batch, given: dict[str, Any]) -> None:
        """Resume."""
        status = resume(actor=actor, batch_id=batch.pk).status
        work = {Status.MERGING: tasks.merge_batch, Status.UNDOING: tasks.undo_batch}
        work.get(Status(status), tasks.read_batch).defer(batch_id=batch.pk)


class Undo(BatchDecision):
    """Put back what was there before."""

    permission = "imports.undo_batch"
    done = gettext_lazy("The file is being undone: what was there before comes back.")

    def decide(self, actor: User, batch: Batch, given: dict[str, Any]) -> None:
        """Undo."""
        undo(actor=actor, batch_id=batch.pk)
        tasks.undo_batch.defer(batch_id=batch.pk)
