"""Filters of the audit: on indexed columns only, choices from code instead of from the table."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import Entry
from apps.audit.registry import registry
from apps.core.filters import LatelyFilter


class ActionFilter(admin.SimpleListFilter):
    """One registered action."""

    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every action by its title."""
        return sorted(((action.code, str(action.title)) for action in registry), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        """Through the index by action."""
        return queryset.filter(action=self.value()) if self.value() else queryset


class ActorFilter(admin.SimpleListFilter):
    """One member of staff."""

    title = _("who")
    parameter_name = "actor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The staff, who are few."""
        return [(str(user.pk), str(user)) for user in User.objects.order_by("first_name", "last_name")[:200]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        """Through the index by actor."""
        chosen = self.value() or ""
        return queryset.filter(actor_id=int(chosen)) if chosen.isdigit() and len(chosen) < 19 else queryset


class TimeFilter(LatelyFilter):
    """Lately."""

    title = _("time")
    column = "at"
