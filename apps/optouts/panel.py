"""Opt-outs on the person's page: what is stopped for whom, who refused when through what, and a way to take one."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from apps.optouts.forms import ScopeForm
from apps.optouts.history import history_of
from apps.optouts.models import Resubscription, Suppression
from apps.optouts.presenting import address_states
from apps.subjects.models import Identifier, Subject


def _held(subject: Subject) -> list[Identifier]:
    return list(Identifier.objects.filter(subject=subject).order_by("pk"))


def panel_context(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """States of the person's addresses, what was said of them lately, and the form."""
    held = _held(subject)
    digests = [bytes(row.digest) for row in held]
    return {
        "addresses": address_states(held, list(Suppression.objects.of(digests))),
        "history": history_of(digests, {bytes(row.digest): row.masked for row in held}),
        "several": len(held) > 1,
        "form": ScopeForm(),
    }


def timeline_condition(subject: Subject) -> Q:
    """Audit entries of the person's suppressions, of those too that they lifted; keys first, so that the big table is
    asked through its index.
    """
    digests = [bytes(row.digest) for row in _held(subject)]
    lifted = Resubscription.objects.filter(digest__in=digests, suppression__isnull=False)
    in_force = Suppression.objects.of(digests).values_list("pk", flat=True)
    keys = list(in_force.union(lifted.values_list("suppression", flat=True)))
    return Q(target_type=Suppression._meta.label_lower, target_id__in=keys)
