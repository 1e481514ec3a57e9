"""Filters of the lists of opt-outs: on indexed columns only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.filters import LatelyFilter
from apps.core.keyring import DIGEST_BYTES


class AddressFilter(admin.SimpleListFilter):
    """One address, by its digest; there only while a search has set it."""

    title = _("address")
    parameter_name = "address"
    coded = False  # of what somebody searched for, only that they did is recorded

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


class SuppressedLately(LatelyFilter):
    column = "created_at"


class RecordedLately(LatelyFilter):
    column = "recorded_at"
