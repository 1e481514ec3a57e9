"""Opt-outs on the person's page: what is stopped for whom, who refused when through what, and a way to take one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from apps.optouts.forms import ScopeForm
from apps.optouts.models import OptOutEvent, Resubscription, Suppression
from apps.optouts.presenting import address_states
from apps.optouts.titles import purpose_title
from apps.subjects.models import Identifier, Subject

EVENTS_SHOWN = 30

Act = OptOutEvent | Resubscription


def _held(subject: Subject) -> list[Identifier]:
    return list(Identifier.objects.filter(subject=subject).order_by("pk"))


def panel_context(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """States of the person's addresses, what was said of them lately, and the form."""
    held = _held(subject)
    digests = [bytes(row.digest) for row in held]
    events = OptOutEvent.objects.filter(digest__in=digests).select_related("partner", "actor", "note")
    back = Resubscription.objects.filter(digest__in=digests)
    said: list[Act] = [*events.order_by("-occurred_at")[:EVENTS_SHOWN], *back.order_by("-confirmed_at")[:EVENTS_SHOWN]]
    return {
        "addresses": address_states(held, list(Suppression.objects.of(digests))),
        "events": _said(sorted(said, key=moment_of, reverse=True)[:EVENTS_SHOWN]),
        "form": ScopeForm(),
    }


def moment_of(act: Act) -> datetime:
    """When the person said it."""
    return act.confirmed_at if isinstance(act, Resubscription) else act.occurred_at


def _said(acts: Iterable[Act]) -> list[tuple[Act, str, datetime]]:
    """Acts with their purposes' titles and their moments; what was said once about several addresses once, the one
    with a note.
    """
    once: dict[tuple[Any, ...], Act] = {}
    for act in acts:
        how = (act.reason, act.medium, act.campaign) if isinstance(act, OptOutEvent) else ("back",)
        key = (moment_of(act), act.channel, act.purpose, act.sender, *how)
        known = once.setdefault(key, act)
        if hasattr(act, "note") and not hasattr(known, "note"):
            once[key] = act
    return [(act, purpose_title(act.purpose), moment_of(act)) for act in once.values()]


def timeline_condition(subject: Subject) -> Q:
    """Audit entries of the person's suppressions, of those too that they lifted; keys first, so that the big table is
    asked through its index.
    """
    digests = [bytes(row.digest) for row in _held(subject)]
    lifted = Resubscription.objects.filter(digest__in=digests, suppression__isnull=False)
    in_force = Suppression.objects.of(digests).values_list("pk", flat=True)
    keys = list(in_force.union(lifted.values_list("suppression", flat=True)))
    return Q(target_type=Suppression._meta.label_lower, target_id__in=keys)
