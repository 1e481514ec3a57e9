"""Letters of a case: a template filled in for a message, and a message as a letter on paper."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.cases.choices import Direction
from apps.cases.composing import Values, covered_values, personal_values, values_of
from apps.cases.models import Case, Message, ReplyTemplate
from apps.cases.placeholders import fill
from apps.cases.services.attach import MAY_READ
from apps.cases.services.link import read
from apps.cases.services.write import MAY_WRITE
from apps.cases.views.case import case_or_404, may_read_now
from apps.policies.contacts import contacts
from apps.subjects.views.desk import desk_page, staff


def shown_values(request: HttpRequest, case: Case, language: str) -> Values:
    """What placeholders stand for; the person's own values are covered, unless whoever asks has leave to read now."""
    own = personal_values(case) if may_read_now(request, case) else covered_values()
    return {**values_of(case, language), **own}


def filled_template(request: HttpRequest, case: Case, template: int) -> dict[str, str]:
    """Subject and text of a template with the case's values; what has none yet stays in braces.

    The person's own values are in it only for whoever has leave to read; else they are filled in as it is sent.
    """
    found = [row for row in ReplyTemplate.objects.offered(case) if row.pk == template]
    if not found:
        raise Http404(_("There is no such template."))
    values = values_of(case, found[0].language)
    if may_read_now(request, case):
        values |= personal_values(case)
    return {"heading": fill(found[0].heading, values), "text": fill(found[0].text, values)}


def from_template(request: HttpRequest, pk: int, template: int) -> HttpResponse:
    """A template filled in, for the message that is being written."""
    staff(request, MAY_WRITE)
    answer = JsonResponse(filled_template(request, case_or_404(pk), template))
    answer["Cache-Control"] = "no-store"
    return answer


def letter(request: HttpRequest, pk: int, message: int) -> HttpResponse:
    """What the person was told, as a letter to print. By POST leave to read it, which is recorded."""
    actor = staff(request, MAY_READ)
    case = case_or_404(pk)
    found = Message.objects.filter(pk=message, case=case, direction=Direction.OUT).first()
    if found is None:
        raise Http404(_("There is no such letter."))
    if request.method == "POST":
        read(case, actor=actor)
        return redirect("admin:cases_case_letter", case.pk, found.pk)
    context = {
        "title": _("Letter"), "opts": Case._meta, "original": case, "case": case, "letter": found,
        "reading": may_read_now(request, case), "operator": settings.OPERATOR_NAME, "contacts": contacts(),
    }  # fmt: skip
    answer = desk_page(request, "cases/letter.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
