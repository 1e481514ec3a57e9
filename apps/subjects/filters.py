"""Filters of the list of people: on indexed columns only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.filters import LatelyFilter
from apps.subjects.models import Subject


class BlockedFilter(admin.SimpleListFilter):
    """People whose data is blocked."""

    title = _("blocking")
    parameter_name = "blocked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """One choice: those who are not blocked are nearly everybody."""
        return [("yes", _("Blocked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Subject]) -> QuerySet[Subject]:
        """Through the partial index."""
        return queryset.filter(restricted_at__isnull=False) if self.value() == "yes" else queryset


class KnownSinceFilter(LatelyFilter):
    """People who came in lately."""

    title = _("known since")
    column = "created_at"
