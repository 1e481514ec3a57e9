"""Filters of the lists of opt-outs: on indexed columns only."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.keyring import DIGEST_BYTES


class AddressFilter(admin.SimpleListFilter):
    """One address, by its digest; there only while a search has set it."""

    title = _("address")
    parameter_name = "address"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The digest that was asked for."""
        digest = request.GET.get(self.parameter_name, "")
        return [(digest, _("The one searched for"))] if digest else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Through the index on the digest; nothing for what is no digest."""
        if not self.value():
            return queryset
        try:
            digest = bytes.fromhex(self.value() or "")
        except ValueError:
            return queryset.none()
        return queryset.filter(digest=digest) if len(digest) == DIGEST_BYTES else queryset.none()


class LatelyFilter(admin.SimpleListFilter):
    """What came in lately."""

    title = _("recorded")
    parameter_name = "since"
    column: ClassVar[str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Days back."""
        return [("1", _("Today")), ("7", _("Last 7 days")), ("30", _("Last 30 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Through the index on the time."""
        days = {"1": 1, "7": 7, "30": 30}.get(self.value() or "")
        since = clock.now() - timedelta(days=days or 0)
        return queryset.filter(**{f"{self.column}__gt": since}) if days else queryset


class SuppressedLately(LatelyFilter):
    column = "created_at"


class RecordedLately(LatelyFilter):
    column = "recorded_at"
