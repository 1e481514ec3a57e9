"""Filters of the record of processing."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.partners.models import Recipient
from apps.policies.models import DataCategory, Purpose


class TermFilter(admin.SimpleListFilter):
    """One term of the policy, by its title; subclasses say which."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Of a list that is no longer than the policy."""
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


class PurposeFilter(TermFilter):
    """One purpose."""

    title = _("purpose")
    parameter_name = "purpose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every purpose."""
        return [(purpose.code, purpose.title) for purpose in Purpose.objects.filter(retired=False)]


class CategoryFilter(TermFilter):
    """One category."""

    title = _("data category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every category."""
        return [(category.code, category.title) for category in DataCategory.objects.filter(retired=False)]


class UserFilter(admin.SimpleListFilter):
    """One recipient, or the operator itself."""

    title = _("recipient")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every recipient that is in use."""
        recipients = [(recipient.code, recipient.title) for recipient in Recipient.objects.in_use()]
        return [("operator", _("The operator itself")), *recipients]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By its code."""
        if self.value() == "operator":
            return queryset.filter(recipient=None)
        return queryset.filter(recipient__code=self.value()) if self.value() else queryset


class KeptFilter(admin.SimpleListFilter):
    """Uses that go on and of which nobody knows an end."""

    title = _("kept")
    parameter_name = "kept"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """One."""
        return [("ever", _("Without an end, or not set"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """As the figure counts them."""
        return queryset.in_use().kept_for_ever() if self.value() == "ever" else queryset  # type: ignore[attr-defined]
