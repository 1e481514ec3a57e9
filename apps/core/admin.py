"""The base of every admin page: look-ahead paging, nothing deleted by hand, read-only where nothing is edited."""

from typing import Any, ClassVar

from django.contrib.admin import ShowFacets
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin

from apps.core import exporting
from apps.core.paginator import LookAheadPaginator

MAX_PAGE_DIGITS = 9  # what follows is no page, and too large for the database to even refuse
# What of a list's address says which page of it is looked at, and not what is on it.
_PAGING = ("p", "all", "e", "_facets", "_popup", "_to_field")


def narrowing_query(request: HttpRequest) -> str:
    """Filters, search and order of a list as they stand in its address, with `?` in front; empty for all of it."""
    asked = request.GET.copy()
    for name in _PAGING:
        asked.pop(name, None)
    return f"?{asked.urlencode()}" if asked else ""


class DeskAdmin(ModelAdmin):  # type: ignore[misc]
    """An admin page of the desk. Lists page by looking ahead and never count a table.

    A list that names its `export_resource` has a page on which it is exported, as it is filtered.
    """

    export_resource: ClassVar[type[exporting.ListResource] | None] = None
    change_list_template = "core/change_list.html"
    paginator = LookAheadPaginator
    list_per_page = 50
    list_max_show_all = 0
    show_facets = ShowFacets.NEVER  # a facet is a count
    show_full_result_count = False
    list_fullwidth = True
    list_disable_select_all = True
    warn_unsaved_form = True

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Model],
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> LookAheadPaginator:
        """A look-ahead paginator that knows which page is asked for: `?p=` of a list, `?page=` of autocompletion."""
        asked = request.GET.get("p") or request.GET.get("page") or "1"
        page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= MAX_PAGE_DIGITS else 1
        return LookAheadPaginator(
            queryset, per_page, page, orphans=orphans, allow_empty_first_page=allow_empty_first_page
        )

    def get_urls(self) -> list[URLPattern]:
        """The export's page, before Django's own that would catch every path."""
        urls: list[URLPattern] = super().get_urls()
        if self.export_resource is None:
            return urls
        return [path("export/", self.admin_site.admin_view(self.export_view), name=self._export_name), *urls]

    @property
    def _export_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_export"

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The list as a file."""
        return exporting.exporter().page(self, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to its export for whoever may take it."""
        context = dict(extra_context or {})
        if self.export_resource is not None and exporting.exporter().allows(self, request):
            context["export_url"] = f"{reverse(f'admin:{self._export_name}')}{narrowing_query(request)}"
        return super().changelist_view(request, context)  # type: ignore[no-any-return]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is deleted by hand: destruction goes through the erasers."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without Django's own bulk deletion."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class ReadOnlyAdmin(DeskAdmin):
    """An admin page on which rows are looked at; whatever changes them is a page or action of its own."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No."""
        return False
