"""Opt-outs on the person's page: what is stopped for whom, who refused when through what, and a way to take one."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from apps.optouts.forms import ScopeForm
from apps.optouts.models import OptOutEvent, Suppression
from apps.optouts.presenting import address_states
from apps.optouts.titles import purpose_title
from apps.subjects.models import Identifier, Subject

EVENTS_SHOWN = 30


def _held(subject: Subject) -> list[Identifier]:
    return list(Identifier.objects.filter(subject=subject).order_by("pk"))


def panel_context(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """States of the person's addresses, the latest events, and the form."""
    held = _held(subject)
    digests = [bytes(row.digest) for row in held]
    events = OptOutEvent.objects.filter(digest__in=digests).select_related("partner", "actor", "note")
    return {
        "addresses": address_states(held, list(Suppression.objects.of(digests))),
        "events": _said(events.order_by("-occurred_at")[:EVENTS_SHOWN]),
        "form": ScopeForm(),
    }


def _said(events: Iterable[OptOutEvent]) -> list[tuple[OptOutEvent, str]]:
    """Events with their purposes' titles; what was said once about several addresses once, the one with a note."""
    once: dict[tuple[Any, ...], OptOutEvent] = {}
    for event in events:
        scope = (event.channel, event.purpose, event.sender, event.reason, event.medium, event.campaign)
        known = once.setdefault((event.occurred_at, *scope), event)
        if hasattr(event, "note") and not hasattr(known, "note"):
            once[event.occurred_at, *scope] = event
    return [(event, purpose_title(event.purpose)) for event in once.values()]


def timeline_condition(subject: Subject) -> Q:
    """Audit entries of the person's suppressions; keys first, so that the big table is asked through its index."""
    digests = [bytes(row.digest) for row in _held(subject)]
    keys = list(Suppression.objects.of(digests).values_list("pk", flat=True))
    return Q(target_type=Suppression._meta.label_lower, target_id__in=keys)
