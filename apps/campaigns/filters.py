"""Filters of the list of campaigns: on indexed columns only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.campaigns.models import Send


class AlarmFilter(admin.SimpleListFilter):
    """Campaigns that somebody got after an opt-out, of which nobody has taken note."""

    title = _("alarm")
    parameter_name = "alarm"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """One."""
        return [("yes", _("Sent after an opt-out"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Through the index on sendings that alarm, of which there are few."""
        if self.value() != "yes":
            return queryset
        return queryset.filter(pk__in=list(Send.objects.alarming().values_list("campaign_id", flat=True)[:1000]))
