"""The person's page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from apps.audit.models import Entry
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.core.paginator import LookAheadPaginator
from apps.partners.models import Partner
from apps.subjects.forms import ReleaseForm, RestrictForm, RevealForm
from apps.subjects.models import Reveal, Subject
from apps.subjects.panels import panels_for, timeline_condition
from apps.subjects.presenting import show_identifier
from apps.subjects.services.move_identifier import MOVABLE
from apps.subjects.views.desk import asked_page, desk_page, person_or_404, staff
from apps.subjects.views.records import records_context

ENTRIES_A_PAGE = 20
ORDER = [kind.value for kind in IdentifierKind]


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Who it is (masked), what is held, what may be done, what was done."""
    user = staff(request, "subjects.view_subject")
    subject = person_or_404(pk)
    if subject.merged_into_id:
        messages.info(request, _("%(who)s was merged into this person.") % {"who": subject.reference})
        return redirect("admin:subjects_subject_change", subject.merged_into_id)
    leave = Reveal.objects.in_force(user.pk).filter(subject=subject).order_by("-until").first()
    if leave and not user.has_perm("subjects.reveal_subject"):
        leave = None  # the role was taken away meanwhile
    revealed = leave is not None
    context = {
        "title": subject.reference,
        "subject": subject,
        "original": subject,
        "revealed": revealed,
        "leave": leave,
        "seconds_left": int((leave.until - clock.now()).total_seconds()) if leave else 0,
        **_identity(subject, revealed=revealed),
        **records_context(request, subject, revealed=revealed),
        **_timeline(request, subject),
        **_forms(),
        "panels": _panels(request, subject, revealed=revealed),
    }
    return desk_page(request, "subjects/person.html", context)


def _identity(subject: Subject, *, revealed: bool) -> dict[str, Any]:
    rows = sorted(subject.identifiers.select_related("partner"), key=lambda row: (ORDER.index(row.kind), row.pk))
    shown = [
        {"row": row, "value": show_identifier(row, revealed=revealed), "movable": row.kind in MOVABLE} for row in rows
    ]
    return {"identifiers": shown, "main": shown[0]["value"] if shown else ""}


def _timeline(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    entries = Entry.objects.filter(timeline_condition(subject)).select_related("actor").order_by("-at", "-pk")
    number = asked_page(request, "timeline")
    page = LookAheadPaginator(entries, ENTRIES_A_PAGE, number).get_page(number)
    return {"entries": list(page.object_list), "timeline_page": page, "origins": _origins(subject)}


def _origins(subject: Subject) -> list[str]:
    """Who told something about the person; whom files bring in, nobody has registered."""
    partners = Partner.objects.filter(pk__in=subject.records.values("partner")).order_by("name")
    return list(partners.values_list("name", flat=True))


def _forms() -> dict[str, Any]:
    return {
        "reveal_form": RevealForm(prefix="reveal"),
        "restrict_form": RestrictForm(prefix="restrict"),
        "release_form": ReleaseForm(prefix="release"),
    }


def _panels(request: HttpRequest, subject: Subject, *, revealed: bool) -> list[dict[str, Any]]:
    """What other apps know; a panel that has nothing to say is left out."""
    known = {"subject": subject, "revealed": revealed}
    shown = [
        {
            "title": panel.title,
            "html": render_to_string(panel.template, {**known, **panel.context(request, subject)}, request=request),
        }
        for panel in panels_for(request)
    ]
    return [panel for panel in shown if str(panel["html"]).strip()]
