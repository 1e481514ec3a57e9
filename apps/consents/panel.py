"""What a person permitted, on their page: of exact geolocation, which has a panel of its own (P07), and of the rest."""

from typing import Any

from django.http import HttpRequest

from apps.consents.forms import MomentForm, SaidForm
from apps.consents.models import ConsentEvent, standing_of
from apps.consents.presenting import matrix_of
from apps.core import clock
from apps.policies.registry import GEOLOCATION
from apps.subjects.models import Subject

EVENTS_READ, EVENTS_SHOWN = 100, 10


def panel_context(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """Since when the permission is in force, the latest events about it, and the forms."""
    events = list(ConsentEvent.objects.about(subject, GEOLOCATION).select_related("actor", "partner")[:EVENTS_READ])
    standing = standing_of(events, clock.now())
    return {
        "in_force": standing is not None and standing.in_force,
        "events": events[:EVENTS_SHOWN],
        "give_form": SaidForm(prefix="give"),
        "end_form": SaidForm(prefix="end"),
    }


def matrix_context(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """The matrix, now or at the moment that is asked for."""
    form = MomentForm.asked(request)
    at = form.moment
    return {"moment_form": form, "matrix": matrix_of(subject, at or clock.now(), now=at is None)}
