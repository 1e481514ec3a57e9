"""The page on which somebody says what the columns of a file hold."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import NotPossible
from apps.imports import naming, tasks
from apps.imports.engine.refusals import Refused, file_message
from apps.imports.models import Batch
from apps.imports.services.mapping import map_columns, mappable
from apps.imports.views.batches import batch_or_404
from apps.subjects.views.desk import desk_page, staff


def name_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """One line a column: its title, some values masked, and what it holds."""
    actor, batch = staff(request, "imports.confirm_batch"), batch_or_404(pk)
    if request.method == "POST":
        return _save(request, actor, batch)
    if not mappable(batch):
        messages.error(request, _("The columns of %(batch)s can't be named now.") % {"batch": batch.reference})
        return redirect("admin:imports_batch_change", batch.pk)
    return _page(request, batch)


def _save(request: HttpRequest, actor: User, batch: Batch) -> HttpResponse:
    fields, styles = request.POST.getlist("field"), request.POST.getlist("style")
    try:
        with transaction.atomic():
            map_columns(actor=actor, batch_id=batch.pk, fields=fields, styles=styles)
            tasks.read_batch.defer(batch_id=batch.pk)
    except NotPossible as error:
        messages.error(request, str(error.message))
    except Refused as refusal:
        return _page(request, batch, file_message(refusal.to_json()), fields, styles)
    else:
        messages.success(request, _("The file is read by these columns, and so is the partner's next one."))
    return redirect("admin:imports_batch_change", batch.pk)


def _page(
    request: HttpRequest, batch: Batch, error: str = "", fields: list[str] | None = None,
    styles: list[str] | None = None,
) -> HttpResponse:  # fmt: skip
    try:
        columns = naming.columns_to_name(batch, fields, styles)
    except (Refused, FileNotFoundError):
        messages.error(request, file_message(Refused("damaged").to_json()))
        return redirect("admin:imports_batch_change", batch.pk)
    title = _("Columns of %(batch)s") % {"batch": batch.reference}
    files = {"title": Batch._meta.verbose_name_plural, "link": reverse("admin:imports_batch_changelist")}
    own = {"title": batch.reference, "link": reverse("admin:imports_batch_change", args=[batch.pk])}
    context = {
        "title": title, "trail": [files, own, {"title": title}], "opts": Batch._meta, "batch": batch, "error": error,
        "why": file_message(batch.refusal) if batch.refusal else "",
        "columns": columns,
    }  # fmt: skip
    return desk_page(request, "imports/mapping.html", context, status=400 if error else 200)
