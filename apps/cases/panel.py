"""A person's cases on their page, and what was done in them."""

from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse

from apps.cases.kinds import kinds
from apps.cases.models import Case
from apps.subjects.models import Subject

MOST_SHOWN = 10


def panel_context(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """The latest cases, open ones first, and where new ones are taken in."""
    rows = Case.objects.filter(subject=subject).select_related("assignee")
    latest = rows.order_by(F("closed_at").desc(nulls_first=True), "-received_at")[: MOST_SHOWN + 1]
    cases = list(latest)
    return {"cases": cases[:MOST_SHOWN], "more": len(cases) > MOST_SHOWN, "intakes": intakes_for(request)}


def intakes_for(request: HttpRequest) -> list[dict[str, Any]]:
    """Where this member of staff may take in a case, by kind."""
    return [
        {"title": workflow.title, "link": reverse(workflow.intake)}
        for workflow in kinds
        if workflow.intake and request.user.has_perm(workflow.opens)
    ]


def timeline_condition(subject: Subject) -> Q:
    """Audit entries of the person's cases; keys first, so that the big table is asked through its index."""
    keys = list(Case.objects.filter(subject=subject).order_by("-pk").values_list("pk", flat=True)[:100])
    return Q(target_type=Case._meta.label_lower, target_id__in=keys)
