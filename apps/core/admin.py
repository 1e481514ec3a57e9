"""The base of every admin page: look-ahead paging, nothing deleted by hand, read-only where nothing is edited."""

from typing import Any

from django.contrib.admin import ShowFacets
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from apps.core.paginator import LookAheadPaginator

MAX_PAGE_DIGITS = 9  # what follows is no page, and too large for the database to even refuse


class DeskAdmin(ModelAdmin):  # type: ignore[misc]
    """An admin page of the desk. Lists page by looking ahead and never count a table."""

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
