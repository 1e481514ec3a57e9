"""Filters of the list of exports: on indexed columns only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin import DeskAdmin
from apps.core.filters import LatelyFilter
from apps.exports.models import Export
from apps.exports.titles import list_title


class ListFilter(admin.SimpleListFilter):
    """One list."""

    title = _("list")
    parameter_name = "list"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every list that can be exported."""
        pages = model_admin.admin_site._registry.items()
        labels = [m._meta.label_lower for m, page in pages if isinstance(page, DeskAdmin) and page.export_resource]
        return sorted(((label, list_title(label)) for label in labels), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Export]) -> QuerySet[Export]:
        """Through the index by list."""
        return queryset.filter(exported=self.value()) if self.value() else queryset


class StartedLately(LatelyFilter):
    title = _("started")
    column = "created_at"
