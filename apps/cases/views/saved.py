"""One's own filters of the inbox: kept, put in order, deleted."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from apps.cases.models import Case, SavedFilter
from apps.cases.models.inbox import kept_query
from apps.cases.services.save_filter import MAY_SEE, drop_filter, move_filter, save_filter
from apps.core.errors import NotPossible
from apps.subjects.views.desk import desk_page, staff

PARTS = (
    ("up", "arrow_upward", gettext_lazy("Up")), ("down", "arrow_downward", gettext_lazy("Down")),
    ("delete", "delete", gettext_lazy("Delete")),
)  # fmt: skip


def filters(request: HttpRequest) -> HttpResponse:
    """All of one's own."""
    user = staff(request, MAY_SEE)
    context = {"title": _("My filters"), "opts": Case._meta, "saved": SavedFilter.objects.of(user.pk), "parts": PARTS}
    return desk_page(request, "cases/filters.html", context)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the inbox shows, under a name; back to it."""
    user = staff(request, MAY_SEE)
    query = kept_query(QueryDict(request.POST.get("query", "")))
    try:
        saved = save_filter(actor=user, name=request.POST.get("name", "")[:40], query=query)
    except NotPossible as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("“%(name)s” is kept among your filters.") % {"name": saved.name})
    return redirect(f"{reverse('admin:cases_case_changelist')}?{query}")


def change(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """`up`, `down` or `delete`: by POST alone. Somebody else's is not there."""
    user = staff(request, MAY_SEE)
    found = SavedFilter.objects.of(user.pk).filter(pk=pk).first()
    if found is None or part not in ("up", "down", "delete") or request.method != "POST":
        raise Http404(_("There is no such filter."))
    if part == "delete":
        drop_filter(found, actor=user)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
    else:
        move_filter(found, actor=user, up=part == "up")
    return redirect("admin:cases_case_filters")
