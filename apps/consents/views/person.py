"""Everything that a person said of their consents: as of any moment, and the whole history."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from apps.consents.panel import matrix_context
from apps.consents.presenting import latest_events
from apps.subjects.models import Reveal
from apps.subjects.views.desk import desk_page, person_or_404, staff

EVENTS_SHOWN = 200


@never_cache
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """The matrix and the history."""
    user = staff(request, "subjects.view_subject")
    if not user.has_perm("consents.view_consentevent"):
        raise PermissionDenied
    subject = person_or_404(pk)
    if subject.merged_into_id:
        return redirect("admin:consents_person", subject.merged_into_id)
    may_reveal = user.has_perm("subjects.reveal_subject")
    revealed = may_reveal and Reveal.objects.in_force(user.pk).filter(subject=subject).exists()
    events = latest_events(subject, EVENTS_SHOWN + 1)
    context = {
        "title": _("Consents"), "subject": subject, "events": events[:EVENTS_SHOWN], "revealed": revealed,
        "more": len(events) > EVENTS_SHOWN, **matrix_context(request, subject),
    }  # fmt: skip
    return desk_page(request, "consents/person.html", context)
