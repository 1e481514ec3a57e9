"""Partners' files on the desk: the list, and the pages that hang on it."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display
from unfold.views import ChangeList

from apps.core.admin import ReadOnlyAdmin
from apps.imports import comparing
from apps.imports.choices import Status, Verdict
from apps.imports.conflicts import Conflict
from apps.imports.engine.refusals import reason_message
from apps.imports.filters import FileFilter, PartnerFilter, ReasonFilter
from apps.imports.models import Batch
from apps.imports.picture import took
from apps.imports.progress import Progress, grouped, told
from apps.imports.resources import BatchesResource, ConflictsResource
from apps.imports.views import batches, conflicts, mapping, uploading

_COLOURS = {
    Status.UPLOADED: "info", Status.READING: "info", Status.MERGING: "info", Status.UNDOING: "info",
    Status.READY: "warning", Status.MAPPING: "warning", Status.STOPPED: "warning",
    Status.DONE: "success", Status.REFUSED: "danger", Status.FAILED: "danger", Status.CANCELLED: "",
    Status.UNDONE: "",
}  # fmt: skip

NOTHING = "—"
# Figure, which names its colour too, and what it is called beside its number.
_TAKEN = ((Verdict.NEW, _("new")), (Verdict.UPDATED, _("updated")))
_NOT_TAKEN = (
    (Verdict.REFUSED, pgettext_lazy("row", "refused")), (Verdict.CONFLICT, _("conflicts")),
    (Verdict.QUARANTINED, _("in quarantine")),
    ("warnings", _("warnings")),
)  # fmt: skip


def _two_lines(first: object, second: object) -> str:
    return format_html('<div class="im-cell">{}<br><span class="am-soft">{}</span></div>', first, second)


def _lines(batch: Batch, figures: Iterable[tuple[str, Promise]]) -> str:
    """A line for each figure that is not nought."""
    counted = [(code, title, grouped(batch.figure(code))) for code, title in figures if batch.figure(code)]
    line = '<li class="im-verdict im-{}"><span class="im-dot" aria-hidden="true"></span>{}: {}</li>'
    lines = format_html_join("", line, counted)
    return format_html('<ul class="im-cell im-lines">{}</ul>', lines) if counted else NOTHING


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """Newest first. A file's page is its progress, its preview and its result."""

    export_resource = BatchesResource
    list_display = (
        "reference",
        "from_partner",
        "state",
        "rows",
        "taken",
        "not_taken",
        "uploaded",
    )
    list_display_links = ("reference",)
    list_filter = ("status", "kind", "partner")
    list_select_related = ("partner", "created_by")
    ordering = ("-pk",)
    sortable_by = ()

    class Media:
        css: ClassVar = {"all": ("subjects/desk.css", "imports/batch.css")}
        js = (Script("subjects/progress.js", defer=True),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may bring a file in."""
        return request.user.has_perm("imports.add_batch")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        """Without what only a batch's own page shows."""
        queryset: QuerySet[Batch] = super().get_queryset(request)
        return queryset.defer("layout", "reasons", "tally", "preview", "refusal", "notes")

    @admin.display(description=_("file"))
    def reference(self, batch: Batch) -> str:
        """`F-17`."""
        return batch.reference

    @display(description=_("status"), label=_COLOURS)  # type: ignore[untyped-decorator]
    def state(self, batch: Batch) -> tuple[str, str]:
        """The status as a badge."""
        return batch.status, batch.get_status_display()

    @admin.display(description=_("partner"))
    def from_partner(self, batch: Batch) -> str:
        """Whose file, and of what kind."""
        return _two_lines(batch.partner.name, batch.get_kind_display())

    @admin.display(description=_("rows"))
    def rows(self, batch: Batch) -> str:
        """All rows of the file and how long workers had it; of one that they have, how far it is."""
        if not batch.busy:
            return _two_lines(grouped(batch.rows_total), took(batch)) if batch.rows_total else NOTHING
        return format_html(
            '<div class="im-cell im-moving" data-moving="{}" data-moving-from="{}">'
            '<span class="am-progress"><span style="width:{}%"></span></span>'
            "<span data-text>{}</span></div>",
            batch.pk, reverse("admin:imports_batch_moving"), Progress(batch).percent or 0, told(batch),
        )  # fmt: skip

    @admin.display(description=_("taken"))
    def taken(self, batch: Batch) -> str:
        """Rows that bring something new, and rows that change what is known."""
        return _lines(batch, _TAKEN)

    @admin.display(description=_("not taken"))
    def not_taken(self, batch: Batch) -> str:
        """Rows that were refused or wait for somebody, and values left out of those that go in."""
        return _lines(batch, _NOT_TAKEN)

    @admin.display(description=_("uploaded"))
    def uploaded(self, batch: Batch) -> str:
        """When, and by whom."""
        return _two_lines(date_format(localtime(batch.created_at), "SHORT_DATETIME_FORMAT"), batch.created_by or "")

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
            path("moving/", wrap(batches.moving), name="imports_batch_moving"),
            path("<int:pk>/stop/", wrap(batches.Stop.as_view()), name="imports_batch_stop"),
            path("<int:pk>/finish/", wrap(batches.FinishHere.as_view()), name="imports_batch_finish"),
            path("<int:pk>/resume/", wrap(batches.Resume.as_view()), name="imports_batch_resume"),
            path("<int:pk>/undo/", wrap(batches.Undo.as_view()), name="imports_batch_undo"),
            path("<int:pk>/rejects/", wrap(batches.download_rejects), name="imports_batch_rejects"),
        ]
        return [*own, *super().get_urls()]


class ConflictChangeList(ChangeList):  # type: ignore[misc]
    """A queue whose rows lead to the page on which they are decided."""

    def url_for_result(self, result: Conflict) -> str:
        """The row's page."""
        return reverse("admin:imports_conflict", args=[result.batch_id, result.number])


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    """What waits for an officer, of all merged files: the newest file first, in its order."""

    export_resource = ConflictsResource
    list_display = ("reference", "whose", "why", "names", "came", "until")
    list_display_links = ("reference",)
    list_filter = (ReasonFilter, PartnerFilter, FileFilter)
    list_select_related = ("batch__partner",)
    list_per_page = 100
    sortable_by = ()
    ordering = ("-batch_id", "number")
    actions = ("leave_out",)
    change_list_template = "imports/conflicts.html"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may decide."""
        return request.user.has_perm("imports.settle_conflict")

    has_settle_permission = has_view_permission

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conflict]:
        """Undecided ones."""
        return Conflict.objects.undecided()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The queue."""
        return ConflictChangeList

    @admin.display(description=_("row"))
    def reference(self, row: Conflict) -> str:
        """`F-17:204`."""
        return row.reference

    @admin.display(description=_("partner"))
    def whose(self, row: Conflict) -> str:
        """Who sent the file."""
        return row.batch.partner.name

    @admin.display(description=_("reason"))
    def why(self, row: Conflict) -> str:
        """What contradicts what."""
        return reason_message(row.reason)

    @admin.display(description=_("identifiers"))
    def names(self, row: Conflict) -> str:
        """What it names somebody by, masked."""
        return " · ".join(comparing.named_masked(row))

    @admin.display(description=_("uploaded"))
    def came(self, row: Conflict) -> str:
        """When the file came."""
        return date_format(localtime(row.batch.created_at), "SHORT_DATE_FORMAT")

    @admin.display(description=_("kept until"))
    def until(self, row: Conflict) -> str:
        """When it is destroyed undecided."""
        until = comparing.kept_until(row)
        return date_format(localtime(until), "SHORT_DATE_FORMAT") if until else "—"

    @admin.action(description=_("Leave out"), permissions=["settle"])
    def leave_out(self, request: HttpRequest, queryset: QuerySet[Conflict]) -> HttpResponse:
        """Those that are selected, after a question."""
        return conflicts.leave_out_selected(request, list(queryset.select_related("batch__partner")))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page on which it is decided."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = Conflict.objects.filter(pk=object_id if object_id.isdigit() and len(object_id) < 19 else 0).first()
        return redirect("admin:imports_conflict", row.batch_id, row.number) if row else redirect(conflicts.QUEUE)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was done with a row stands in the audit."""
        return self.change_view(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        """The pages about one row, named by its file and number, before Django's own."""
        wrap, row = self.admin_site.admin_view, "<int:pk>/<int:number>/"
        own = [
            path("<int:pk>/", wrap(conflicts.first), name="imports_conflict_first"),
            path(row, wrap(conflicts.page), name="imports_conflict"),
            path(f"{row}as/<slug:decision>/", wrap(conflicts.decide), name="imports_conflict_settle"),
            path(f"{row}reopen/", wrap(conflicts.take_up_again), name="imports_conflict_reopen"),
            path(f"{row}reveal/", wrap(conflicts.show), name="imports_conflict_reveal"),
            path(f"{row}hide/", wrap(conflicts.hide), name="imports_conflict_hide"),
        ]
        return [*own, *super().get_urls()]
