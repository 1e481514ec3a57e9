"""Places on the person's page that apps above this one fill: panels, and what belongs to the timeline.

The person's page can't import those apps (the arrows point down), so they register here from their `ready()`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import Promise

from apps.subjects.models import Subject


@dataclass(frozen=True)
class Panel:
    """A section of the person's page, shown to whoever has `permission` (`app.codename`), lower `position` first.

    `context` gives what the template reads, beside `subject` and `revealed` (whether values may be shown now).
    """

    title: str | Promise
    template: str
    permission: str
    context: Callable[[HttpRequest, Subject], dict[str, Any]]
    position: int = 100


@dataclass(frozen=True)
class Offer:
    """What may be done about a value that leads to nobody, e.g. take an opt-out: a page that gets it by POST.

    `url_name` gets the typed value as the form field `field`, and shows its own form filled in; it changes nothing yet.
    """

    title: str | Promise
    url_name: str
    permission: str
    icon: str
    field: str = "typed"


_panels: list[Panel] = []
_offers: list[Offer] = []
_timeline_sources: list[Callable[[Subject], Q]] = []


def register_panel(panel: Panel) -> None:
    """Add a panel to the person's page."""
    _panels.append(panel)


def register_offer(offer: Offer) -> None:
    """Add an offer to the page that says that nobody was found."""
    _offers.append(offer)


def offers_for(request: HttpRequest) -> list[Offer]:
    """The offers that this member of staff may take up."""
    return [offer for offer in _offers if request.user.has_perm(offer.permission)]


def register_timeline_source(source: Callable[[Subject], Q]) -> None:
    """Add audit entries to a person's timeline: `source` gives a condition on `audit.Entry` for a person."""
    _timeline_sources.append(source)


def panels_for(request: HttpRequest) -> list[Panel]:
    """The panels that this member of staff may see, in their order."""
    allowed = [panel for panel in _panels if request.user.has_perm(panel.permission)]
    return sorted(allowed, key=lambda panel: panel.position)


def timeline_condition(subject: Subject) -> Q:
    """What of the audit belongs to a person: entries about them, and what other apps add."""
    rows = [subject.pk, *Subject.objects.filter(merged_into=subject).values_list("pk", flat=True)]
    condition = Q(target_type=Subject._meta.label_lower, target_id__in=rows)
    for source in _timeline_sources:
        condition |= source(subject)
    return condition
