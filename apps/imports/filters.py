"""Filters of the queue of conflicts: through the index that holds nothing else."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.imports.choices import CONFLICT_REASONS
from apps.imports.conflicts import Conflict
from apps.imports.engine.refusals import reason_message
from apps.partners.models import Partner


class ReasonFilter(admin.SimpleListFilter):
    """What contradicts what."""

    title = _("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The closed list."""
        return [(code, reason_message(code)) for code in CONFLICT_REASONS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Conflict]) -> QuerySet[Conflict]:
        """Rows of one reason."""
        return queryset.filter(reason=self.value()) if self.value() else queryset


class PartnerFilter(admin.SimpleListFilter):
    """Whose file it is."""

    title = _("partner")
    parameter_name = "partner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The partners, who are few."""
        return [(partner.code, partner.name) for partner in Partner.objects.order_by("name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Conflict]) -> QuerySet[Conflict]:
        """Rows of one partner's files."""
        return queryset.filter(batch__partner__code=self.value()) if self.value() else queryset


class FileFilter(admin.SimpleListFilter):
    """One file; there only where a link from it has set it."""

    title = _("file")
    parameter_name = "file"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The file that was asked for."""
        asked = request.GET.get(self.parameter_name, "")
        return [(asked, f"F-{asked}")] if _is_key(asked) else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Conflict]) -> QuerySet[Conflict]:
        """Rows of one file."""
        asked = self.value() or ""
        return queryset.filter(batch=int(asked)) if _is_key(asked) else queryset


def _is_key(asked: str) -> bool:
    return asked.isascii() and asked.isdigit() and len(asked) < 19
