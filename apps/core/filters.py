"""Filters that lists of several apps share."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core import clock


class LatelyFilter(admin.SimpleListFilter):
    """What came in lately, by whole days of the operator's place; subclasses name an indexed column."""

    title = _("recorded")
    parameter_name = "since"
    column: ClassVar[str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Days, today included."""
        return [("1", _("Today")), ("7", _("Last 7 days")), ("30", _("Last 30 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Through the index on the time."""
        days = {"1": 1, "7": 7, "30": 30}.get(self.value() or "")
        if days is None:
            return queryset
        first = clock.today() - timedelta(days=days - 1)
        midnight = timezone.make_aware(datetime.combine(first, datetime.min.time()))
        return queryset.filter(**{f"{self.column}__gte": midnight})
