"""Filters of the list of people: on indexed columns only."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core import clock
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


class KnownSinceFilter(admin.SimpleListFilter):
    """People who came in lately."""

    title = _("known since")
    parameter_name = "since"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Days back."""
        return [("1", _("Today")), ("7", _("Last 7 days")), ("30", _("Last 30 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Subject]) -> QuerySet[Subject]:
        """Through the index on the time."""
        days = {"1": 1, "7": 7, "30": 30}.get(self.value() or "")
        return queryset.filter(created_at__gt=clock.now() - timedelta(days=days)) if days else queryset
