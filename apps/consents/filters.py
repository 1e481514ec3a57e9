"""Filters of the lists of consents: on indexed columns only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.consents.choices import CHANNEL_CHOICES, CHANNELS, EVERY_CHANNEL
from apps.consents.models import ConsentState, ConsentStateQuerySet
from apps.consents.services.announcing import is_advertising
from apps.consents.services.widenings import Widening, widenings
from apps.core.filters import LatelyFilter


class RecordedLately(LatelyFilter):
    column = "recorded_at"


class DayLately(LatelyFilter):
    title = _("day")
    column = "day"


def list_code(widening: Widening, channel: str = EVERY_CHANNEL) -> str:
    """What names a list of people to be asked again in an address: `12.advertising.sms`."""
    return f"{widening.edition.pk}.{widening.purpose}.{channel}"


def _lists() -> dict[str, tuple[Widening, str]]:
    """Every list of people to be asked again, by its code: of advertising also one for each channel."""
    return {
        list_code(widening, channel): (widening, str(channel))
        for widening in widenings()
        for channel in (EVERY_CHANNEL, *(CHANNELS if is_advertising(widening.purpose) else ()))
    }


class ToAskFilter(admin.SimpleListFilter):
    """Whose consent rests on an edition before the one that widened the purpose."""

    title = _("to be asked again")
    parameter_name = "ask"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The lists that there are."""
        channels = dict(CHANNEL_CHOICES)
        return [
            (code, f"{ConsentState(purpose=widening.purpose).purpose_title} · {channels[channel]} · "
                   f"№ {widening.edition.number}")
            for code, (widening, channel) in _lists().items()
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Through the index on the edition."""
        found = _lists().get(self.value() or "")
        if found is None:
            return queryset
        assert isinstance(queryset, ConsentStateQuerySet)
        return queryset.to_ask(found[0].edition, found[0].purpose, found[1])


class AskedFilter(admin.SimpleListFilter):
    """Of such a list, those whom nobody has asked yet."""

    title = _("asked already")
    parameter_name = "asked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Only where a list is chosen."""
        return [("no", _("Not yet"))] if request.GET.get(ToAskFilter.parameter_name) in _lists() else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By the index on requests."""
        found = _lists().get(request.GET.get(ToAskFilter.parameter_name, ""))
        if found is None or self.value() != "no":
            return queryset
        assert isinstance(queryset, ConsentStateQuerySet)
        return queryset.unasked(found[0].edition, found[0].purpose, found[1])
