"""A batch's page: progress, preview, result; and what can be done there."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from apps.accounts.models import User
from apps.imports import presenting, tasks
from apps.imports.choices import Status
from apps.imports.engine.refusals import file_message
from apps.imports.models import Batch
from apps.imports.services.deciding import NotPossible, cancel, confirm, resume
from apps.imports.services.mapping import mappable
from apps.imports.services.rejecting import rejects
from apps.imports.services.undoing import undo
from apps.subjects.views.desk import desk_page, staff


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
        context |= {"reasons": presenting.reasons(batch), **_rows(request, batch)}
    return desk_page(request, "imports/batch.html", context)


def _rows(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    """Rows are about people, so they are for those who work with them; figures are for everybody."""
    if not request.user.has_perm("imports.view_rejects"):
        return {}
    first = presenting.first_rows(batch) if batch.status == Status.READY else []
    return {"first_rows": first, "kept_rows": presenting.kept_rows(batch),
            "to_return": batch.rows.to_return().exists()}  # fmt: skip


def _state(batch: Batch) -> dict[str, Any]:
    return {
        "segments": presenting.segments(batch),
        "refusal": file_message(batch.refusal) if batch.refusal else "",
        "mappable": mappable(batch),
        "notes": [file_message(note) for note in batch.notes],
        "same": Batch.objects.same_content(batch).first() if batch.content_digest else None,
    }


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes while a worker has the batch."""
    staff(request, "imports.view_batch")
    return render(request, "imports/progress.html", {"batch": batch_or_404(pk)})


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


class Decision(View):
    """One decision about a batch, by POST. The second of two people who decide is told what the first did."""

    http_method_names = ["post"]
    permission: ClassVar[str]
    done: ClassVar[str | Promise]

    def decide(self, actor: User, batch_id: int) -> None:
        """Call the service and queue what follows."""
        raise NotImplementedError

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Decide, and back to the batch."""
        actor, batch = staff(request, self.permission), batch_or_404(pk)
        try:
            with transaction.atomic():
                self.decide(actor, batch.pk)
        except NotPossible as error:
            messages.error(request, error.message)
        else:
            messages.success(request, str(self.done))
        return redirect("admin:imports_batch_change", batch.pk)


class Confirm(Decision):
    """Merge."""

    permission = "imports.confirm_batch"
    done = gettext_lazy("The file is confirmed and will be merged.")

    def decide(self, actor: User, batch_id: int) -> None:
        """Confirm."""
        confirm(actor=actor, batch_id=batch_id)
        tasks.merge_batch.defer(batch_id=batch_id)


class Cancel(Decision):
    """Let go."""

    permission = "imports.cancel_batch"
    done = gettext_lazy("The file is cancelled; nothing of it was kept.")

    def decide(self, actor: User, batch_id: int) -> None:
        """Cancel."""
        cancel(actor=actor, batch_id=batch_id)


class Resume(Decision):
    """Take up again."""

    permission = "imports.confirm_batch"
    done = gettext_lazy("The work goes on where it stopped.")

    def decide(self, actor: User, batch_id: int) -> None:
        """Resume."""
        status = resume(actor=actor, batch_id=batch_id).status
        work = {Status.MERGING: tasks.merge_batch, Status.UNDOING: tasks.undo_batch}
        work.get(Status(status), tasks.read_batch).defer(batch_id=batch_id)


class Undo(Decision):
    """Put back what was there before."""

    permission = "imports.undo_batch"
    done = gettext_lazy("The file is being undone: what was there before comes back.")

    def decide(self, actor: User, batch_id: int) -> None:
        """Undo."""
        undo(actor=actor, batch_id=batch_id)
        tasks.undo_batch.defer(batch_id=batch_id)
