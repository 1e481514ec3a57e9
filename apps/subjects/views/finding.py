"""Finding a person by a full value, and registering one who is not known."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.core.errors import NotPossible
from apps.core.identifiers import Unusable, guess_kind
from apps.subjects.forms import UNUSABLE, FindForm, RegisterForm
from apps.subjects.models import Subject
from apps.subjects.panels import offers_for
from apps.subjects.services.register import register
from apps.subjects.views.desk import desk_page, staff

MOST_SHOWN = 20


def find(request: HttpRequest) -> HttpResponse:
    """The search: by POST only, so that no value stands in an address or a log."""
    staff(request, "subjects.view_subject")
    form = FindForm(request.POST or None)
    if not form.is_valid():
        return desk_page(request, "subjects/find.html", {"title": _("Find a person"), "opts": None, "form": form})
    found = list(Subject.objects.sought(form.cleaned_data["typed"]).order_by("pk")[:MOST_SHOWN])
    if len(found) == 1:
        return redirect("admin:subjects_subject_change", found[0].pk)
    page = {"title": _("Find a person"), "opts": None, "form": form}
    context = {**page, "asked": True, "found": found, "offers": offers_for(request)}
    return desk_page(request, "subjects/find.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """Registering a person; what was searched for in vain comes along by POST as `typed`."""
    actor = staff(request, "subjects.add_subject")
    if request.method != "POST" or "typed" in request.POST:
        typed = request.POST.get("typed", "")
        form = RegisterForm(initial={guess_kind(typed): typed} if typed else None)
        return desk_page(
            request, "subjects/register.html", {"title": _("Register a person"), "opts": None, "form": form}
        )
    form = RegisterForm(request.POST)
    if form.is_valid():
        try:
            subject = register(actor=actor, given=form.given(), language=form.cleaned_data["language"])
        except NotPossible as error:
            form.add_error(None, str(error.message))
        except Unusable as error:
            form.add_error(None, str(UNUSABLE[error.code]))
        else:
            messages.success(request, _("%(who)s is registered.") % {"who": subject.reference})
            return redirect("admin:subjects_subject_change", subject.pk)
    return desk_page(request, "subjects/register.html", {"title": _("Register a person"), "opts": None, "form": form})
