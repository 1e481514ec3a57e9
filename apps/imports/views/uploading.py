"""The page on which a file is brought in."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.imports import tasks
from apps.imports.forms import UploadForm
from apps.imports.models import Batch
from apps.imports.services.receiving import receive
from apps.imports.uploads import encrypting, take
from apps.subjects.views.desk import desk_page, staff


@encrypting("imports.add_batch")
def upload(request: HttpRequest) -> HttpResponse:
    """Form and upload of a file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        batch = _receive(request, form)
        take(request)
        messages.success(request, _("%(batch)s is taken in.") % {"batch": batch.reference})
        return redirect("admin:imports_batch_change", batch.pk)
    files = {"title": Batch._meta.verbose_name_plural, "link": reverse("admin:imports_batch_changelist")}
    title = _("Bring a file in")
    context = {"title": title, "trail": [files, {"title": title}], "form": form, "opts": Batch._meta}
    return desk_page(request, "imports/upload.html", context, status=400 if form.errors else 200)


@transaction.atomic
def _receive(request: HttpRequest, form: UploadForm) -> Batch:
    values = form.cleaned_data
    actor = staff(request, "imports.add_batch")
    batch = receive(actor=actor, partner=values["partner"], kind=values["kind"], stored=values["file"])
    tasks.read_batch.defer(batch_id=batch.pk)
    return batch
