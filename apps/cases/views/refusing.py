"""Refusing: reason, legal reference and letter on one page, looked at before it goes out."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.cases.choices import CameBy, Direction, Occasion
from apps.cases.composing import language_of, refusal_values, values_of
from apps.cases.forms.letters import RefuseForm
from apps.cases.kinds import WORK
from apps.cases.models import Case, ReplyTemplate
from apps.cases.placeholders import fill, fill_all
from apps.cases.services.deliver import address_of
from apps.cases.services.refuse import refuse, refusing_step
from apps.cases.services.taking_hold import Overtaken
from apps.cases.services.write import NewMessage
from apps.cases.views.acting import send_off
from apps.cases.views.case import case_or_404, may_read_now
from apps.cases.views.letters import shown_values
from apps.core.errors import NotPossible
from apps.subjects.views.desk import desk_page, staff


def refuse_case(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; by POST with `preview` the letter as it will go out, without it the refusal."""
    actor = staff(request, WORK)
    case = case_or_404(pk)
    step = refusing_step(case)
    if step is None:
        messages.error(request, _("This case can't be refused as it stands."))
        return redirect("admin:cases_case_change", case.pk)
    staff(request, step.permission)
    if request.method != "POST":
        return _page(request, case, RefuseForm(prefix="refuse", case=case, initial=_begun(case)))
    form = RefuseForm(request.POST, prefix="refuse", case=case)
    if not form.is_valid():
        return _page(request, case, form)
    try:
        if "preview" in request.POST:
            return _page(request, case, form, preview=_preview(request, case, form))
        with transaction.atomic():
            refusal = refuse(
                case, actor=actor, grounds=form.grounds, letter=_letter(form), seen=form.cleaned_data["seen"]
            )
            if refusal.letter:
                send_off(refusal.letter)
    except Overtaken as error:
        messages.error(request, str(error.message))
        return redirect("admin:cases_case_change", case.pk)
    except NotPossible as error:
        form.add_error(None, str(error.message))
        return _page(request, case, form)
    messages.success(request, _("The request is refused, and the letter is kept with the case."))
    return redirect("admin:cases_case_change", case.pk)


def _begun(case: Case) -> dict[str, Any]:
    """The letter of the template, with what the case says; what the form says stays open."""
    language = language_of(case)
    template = ReplyTemplate.objects.usual(case, Occasion.REFUSAL, language)
    ways = (CameBy.EMAIL, CameBy.SMS)
    way = next((way for way in ways if address_of(case, way) is not None), CameBy.LETTER)
    if template is None:
        return {"came_by": way}
    open_ones = refusal_values("", "", language)
    values = {**values_of(case, language), **open_ones}
    return {"came_by": way, "heading": fill(template.heading, values), "text": fill(template.text, values)}


def _letter(form: RefuseForm) -> NewMessage:
    data = form.cleaned_data
    return NewMessage(
        direction=Direction.OUT, came_by=data["came_by"], heading=data["heading"], text=data["text"]
    )  # fmt: skip


def _preview(request: HttpRequest, case: Case, form: RefuseForm) -> dict[str, str]:
    """The letter with the values of the case; the person's own only for whoever has leave to read."""
    language, grounds = language_of(case), form.grounds
    told = refusal_values(grounds.reason, grounds.legal_ref, language)
    values = {**shown_values(request, case, language), **told}
    return {name: fill_all(form.cleaned_data[name], values) for name in ("heading", "text")}


def _page(request: HttpRequest, case: Case, form: RefuseForm, **context: Any) -> HttpResponse:
    frame = {"title": _("Refuse"), "opts": Case._meta, "original": case, "case": case, "form": form}
    shown = {"language": dict(form.languages).get(language_of(case), ""), "reading": may_read_now(request, case)}
    return desk_page(request, "cases/refuse.html", {**frame, **shown, **context})
