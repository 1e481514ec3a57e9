"""The permission for exact geolocation on the person's page (P07)."""

from typing import Any

from django.http import HttpRequest

from apps.consents.forms import SaidForm
from apps.consents.models import ConsentEvent
from apps.policies.registry import GEOLOCATION
from apps.subjects.models import Subject

EVENTS_READ, EVENTS_SHOWN = 100, 10


def panel_context(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """Since when the permission is in force, the latest events about it, and the forms."""
    events = list(ConsentEvent.objects.about(subject, GEOLOCATION).select_related("actor", "partner")[:EVENTS_READ])
    return {
        "in_force": ConsentEvent.objects.in_force(subject, GEOLOCATION),
        "events": events[:EVENTS_SHOWN],
        "give_form": SaidForm(prefix="give"),
        "end_form": SaidForm(prefix="end"),
    }
