"""What closed cases have lost, and which keep what they have because something needs it."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.audit.models import Entry
from apps.cases.actions import STRIPPED
from apps.cases.models import Case
from apps.cases.services.strip import kept_because, over, period
from apps.core import clock
from apps.core.paginator import LookAheadPaginator
from apps.partners.presenting import period as words_of
from apps.subjects.views.desk import asked_page, desk_page, staff

A_PAGE = 50
LATEST = 20


def page(request: HttpRequest) -> HttpResponse:
    """The period, what was emptied lately, what is kept because of what."""
    staff(request, "cases.view_case")
    kept, number = period(), asked_page(request, "kept")
    shown = LookAheadPaginator(over(), A_PAGE, number).get_page(number)
    title = _("Emptied cases")
    cases = {"title": Case._meta.verbose_name_plural, "link": reverse("admin:cases_case_changelist")}
    context = {
        "title": title, "trail": [cases, {"title": title}], "opts": Case._meta, "period": kept,
        "kept_for": words_of(kept),
        "before": kept.reaches_back(clock.now()) if kept else None,
        "entries": Entry.objects.filter(action=STRIPPED.code).order_by("-at", "-pk")[:LATEST],
        "kept": kept_because(list(shown.object_list)), "kept_page": shown,
    }  # fmt: skip
    return desk_page(request, "cases/emptied.html", context)
