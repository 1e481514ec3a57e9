"""Figures that stand above the record of processing. Apps above this one that hold what is measured add theirs."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.partners.models import Processing, Recipient
from apps.policies.models import DataCategory


@dataclass(frozen=True)
class Measure:
    """What a promise is measured by: it holds while `read` gives 0."""

    title: str | Promise
    hint: str | Promise
    read: Callable[[], int]
    page: str = ""  # the name of the address where they are looked at
    query: str = ""


_measures: list[Measure] = []


def register_measure(measure: Measure) -> None:
    """Add a figure; once, from an app's `ready()`."""
    _measures.append(measure)


def measures() -> list[Measure]:
    """Those of apps above first: they tell of people's data."""
    return [*_measures, *_OWN]


def uses_with_no_purpose() -> int:
    """What goes somewhere or is held, and for what nobody says (P09).

    Personal categories without a use by the operator, and categories that recipients may receive without a use.
    """
    in_use = Processing.objects.in_use()
    held = DataCategory.objects.filter(anonymous=False, retired=False)
    unused = held.exclude(Exists(in_use.filter(category=OuterRef("pk"), recipient=None)))
    allowed = Recipient.categories.through.objects.filter(recipient__retired=False)
    named = in_use.filter(recipient=OuterRef("recipient_id"), category=OuterRef("datacategory_id"))
    return unused.count() + allowed.exclude(Exists(named)).count()


def _without_route() -> int:
    return Recipient.objects.without_route().count()


def _kept_for_ever() -> int:
    return Processing.objects.in_use().kept_for_ever().count()


_LINES = "admin:partners_processing_changelist"
_OWN = (
    Measure(_("Uses with no purpose"), _("data held or given away, and nobody says what for (P09)"),
            uses_with_no_purpose, _LINES),
    Measure(_("Recipients with no erasure route"), _("nothing tells them to erase (P14)"),
            _without_route, "admin:partners_recipient_changelist", "route__exact=none&retired__exact=0"),
    Measure(_("Uses without an end"), _("no retention period, or an endless one (P08)"),
            _kept_for_ever, _LINES, "kept=ever"),
)  # fmt: skip
