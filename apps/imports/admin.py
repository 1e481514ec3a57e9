"""Partners' files on the desk: the list, and the pages that hang on it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.core.admin import ReadOnlyAdmin
from apps.imports.choices import Status
from apps.imports.models import Batch
from apps.imports.resources import BatchesResource
from apps.imports.views import batches, mapping, uploading

_COLOURS = {
    Status.UPLOADED: "info", Status.READING: "info", Status.MERGING: "info", Status.UNDOING: "info",
    Status.READY: "warning", Status.MAPPING: "warning",
    Status.DONE: "success", Status.REFUSED: "danger", Status.FAILED: "danger", Status.CANCELLED: "",
    Status.UNDONE: "",
}  # fmt: skip


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """Newest first. A file's page is its progress, its preview and its result."""

    export_resource = BatchesResource
    list_display = (
        "reference",
        "partner",
        "kind",
        "state",
        "rows",
        "new_rows",
        "not_taken",
        "created_at",
        "created_by",
    )
    list_display_links = ("reference",)
    list_filter = ("status", "kind", "partner")
    list_select_related = ("partner", "created_by")
    ordering = ("-pk",)
    sortable_by = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may bring a file in."""
        return request.user.has_perm("imports.add_batch")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        """Without what only a batch's own page shows."""
        queryset: QuerySet[Batch] = super().get_queryset(request)
        return queryset.defer("layout", "reasons", "tally", "preview", "refusal")

    @admin.display(description=_("file"))
    def reference(self, batch: Batch) -> str:
        """`F-17`."""
        return batch.reference

    @display(description=_("status"), label=_COLOURS)  # type: ignore[untyped-decorator]
    def state(self, batch: Batch) -> tuple[str, str]:
        """The status as a badge."""
        return batch.status, batch.get_status_display()

    @admin.display(description=_("rows"))
    def rows(self, batch: Batch) -> str:
        """All rows of the file."""
        return f"{batch.rows_total:n}" if batch.rows_total else "—"

    @admin.display(description=_("new"))
    def new_rows(self, batch: Batch) -> str:
        """Rows that bring somebody or something new."""
        return f"{batch.figure('new'):n}" if batch.figures else "—"

    @admin.display(description=_("not taken"))
    def not_taken(self, batch: Batch) -> str:
        """Rows that were refused or wait for somebody."""
        waiting = sum(batch.figure(name) for name in ("refused", "conflict", "quarantined"))
        return f"{waiting:n}" if batch.figures else "—"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The batch's page."""
        return batches.page(request, int(object_id) if object_id.isdigit() and len(object_id) < 19 else 0)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was done with a batch stands in the audit."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:imports_batch_change", object_id)

    def get_urls(self) -> list[URLPattern]:
        """The pages about files, before Django's own that would catch every path."""
        wrap = self.admin_site.admin_view
        own = [
            path("add/", wrap(uploading.upload), name="imports_batch_add"),
            path("<int:pk>/progress/", wrap(batches.progress), name="imports_batch_progress"),
            path("<int:pk>/confirm/", wrap(batches.Confirm.as_view()), name="imports_batch_confirm"),
            path("<int:pk>/cancel/", wrap(batches.Cancel.as_view()), name="imports_batch_cancel"),
            path("<int:pk>/columns/", wrap(mapping.name_columns), name="imports_batch_map"),
            path("<int:pk>/resume/", wrap(batches.Resume.as_view()), name="imports_batch_resume"),
            path("<int:pk>/undo/", wrap(batches.Undo.as_view()), name="imports_batch_undo"),
            path("<int:pk>/rejects/", wrap(batches.download_rejects), name="imports_batch_rejects"),
        ]
        return [*own, *super().get_urls()]
