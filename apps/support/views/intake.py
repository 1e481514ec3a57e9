"""Taking in a request: one screen, while the person is on the phone."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts.acting import NOT_DURABLE
from apps.core.errors import NotPossible
from apps.core.journal import JournalUnavailable
from apps.subjects.models import Subject
from apps.subjects.views.desk import desk_page, staff
from apps.support.forms import IntakeForm
from apps.support.models import SupportRequest
from apps.support.services.take_in import take_in, twins_of
from apps.support.workflow import TAKE_IN


def intake(request: HttpRequest) -> HttpResponse:
    """The form. By POST the act; but `typed` alone, which a search hands over, and `?person=` fill it in only."""
    actor = staff(request, TAKE_IN)
    if "topic" not in request.POST:
        return _page(request, IntakeForm(initial=_begun(request)))
    form = IntakeForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    new = form.new()
    twins = twins_of(new)
    if twins and "again" not in request.POST:
        return _page(request, form, twins=twins)
    try:
        with transaction.atomic():
            made = take_in(actor=actor, new=new)
    except (NotPossible, JournalUnavailable) as error:
        form.add_error(None, str(error.message if isinstance(error, NotPossible) else NOT_DURABLE))
        return _page(request, form)
    messages.success(request, _("%(reference)s is taken in.") % {"reference": made.reference})
    return redirect("admin:cases_case_change", made.pk)


def _begun(request: HttpRequest) -> dict[str, Any]:
    """What is known already: the person whose page led here and their language, or what was searched for in vain."""
    if request.method == "POST":
        return {"typed": request.POST.get("typed", "")}
    asked = request.GET.get("person", "")
    subject = (
        Subject.objects.filter(pk=int(asked)).first()
        if asked.isascii() and asked.isdigit() and len(asked) < 19
        else None
    )
    if subject is None:
        return {}
    return {"typed": subject.reference, "language": subject.language or "ky"}


def _page(request: HttpRequest, form: IntakeForm, **context: Any) -> HttpResponse:
    frame = {"title": _("Take in a request"), "opts": SupportRequest._meta, "original": None, "form": form}
    return desk_page(request, "support/intake.html", {**frame, **context})
