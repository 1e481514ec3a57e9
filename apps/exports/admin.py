"""Exports on the desk: who took which list, why, and whether all of it went out."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.core.admin import ReadOnlyAdmin
from apps.exports.choices import Status
from apps.exports.filters import ListFilter, StartedLately
from apps.exports.models import Export
from apps.exports.resources import ExportsResource
from apps.exports.services import MAY_REVEAL
from apps.exports.titles import list_title

_COLOURS = {Status.STARTED: "info", Status.COMPLETE: "success", Status.BROKEN_OFF: "warning"}


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    """Newest first."""

    export_resource = ExportsResource
    list_display = ("reference", "created_at", "actor", "which", "values", "file_format", "rows", "state")
    list_display_links = ("reference",)
    list_filter = (ListFilter, "whole", StartedLately)
    list_select_related = ("actor",)
    ordering = ("-created_at", "-pk")
    sortable_by = ()

    def get_fields(self, request: HttpRequest, obj: Export | None = None) -> tuple[str, ...]:
        """The note only for those who may see what it may be about."""
        note = ("note",) if request.user.has_perm(MAY_REVEAL) else ()
        return ("created_at", "taken_by", "which", "narrowed", "file_format", "whole", "reason", *note, "status",
                "rows", "finished_at")  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Export | None = None) -> tuple[str, ...]:
        """All of them."""
        return self.get_fields(request, obj)

    @admin.display(description=_("export"))
    def reference(self, export: Export) -> str:
        """`X-5`."""
        return export.reference

    @admin.display(description=_("who"))
    def taken_by(self, export: Export) -> str:
        """Their name: not everybody may open the page about a member of staff."""
        return str(export.actor)

    @admin.display(description=_("list"))
    def which(self, export: Export) -> str:
        """Its title."""
        return list_title(export.exported)

    @admin.display(description=_("filters"))
    def narrowed(self, export: Export) -> str:
        """Codes of what narrowed it."""
        return ", ".join(export.filters) or "—"

    @display(description=_("values"), label={"whole": "danger"})  # type: ignore[untyped-decorator]
    def values(self, export: Export) -> tuple[str, Any] | str:
        """A badge for whole values."""
        return ("whole", export.get_reason_display()) if export.whole else ""

    @display(description=_("how it ended"), label=_COLOURS)  # type: ignore[untyped-decorator]
    def state(self, export: Export) -> tuple[str, str]:
        """A badge."""
        return export.status, export.get_status_display()
