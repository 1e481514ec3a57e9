"""Files and links of a case: opened, destroyed, taken back. By POST alone."""

from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.cases.kinds import WORK
from apps.cases.models import Attachment, Case, CaseLink
from apps.cases.services.attach import MAY_READ, detach, open_attachment
from apps.cases.services.link import unlink
from apps.subjects.views.desk import desk_page, staff

# A file is never a page: no browser shows it, guesses what it is, runs it or keeps it.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def _attachment_or_404(pk: int, attachment: int) -> Attachment:
    found = Attachment.objects.select_related("case").filter(pk=attachment, case=pk).first()
    if found is None:
        raise Http404(_("There is no such file."))
    return found


def _confirm(request: HttpRequest, case: Case, title: str, explanation: str = "") -> HttpResponse:
    context = {"title": title, "explanation": explanation, "button": title, "danger": True}
    return desk_page(request, "cases/act.html", {**context, "opts": Case._meta, "original": case, "case": case})


def download(request: HttpRequest, pk: int, attachment: int) -> HttpResponseBase:
    """The file, as a download."""
    actor = staff(request, MAY_READ)
    found = _attachment_or_404(pk, attachment)
    if request.method != "POST":
        return _confirm(request, found.case, _("Open the file"), _("That you open it is recorded."))
    try:
        opened = open_attachment(actor=actor, attachment=found)
    except FileNotFoundError:
        raise Http404(_("There is no such file.")) from None
    answer = FileResponse(opened.stream, content_type=opened.kind.media_type, headers=HEADERS)
    answer["Content-Disposition"] = (
        f"attachment; filename=\"file.{opened.kind.code}\"; filename*=UTF-8''{quote(opened.name)}"
    )
    answer["Content-Length"] = str(opened.size)
    return answer


def destroy(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    """Destroy a file; by GET the question."""
    actor = staff(request, WORK)
    found = _attachment_or_404(pk, attachment)
    if request.method != "POST":
        return _confirm(request, found.case, _("Destroy the file"), _("This can't be taken back."))
    detach(actor=actor, attachment=found)
    messages.success(request, _("The file is destroyed."))
    return redirect("admin:cases_case_change", pk)


def remove_link(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """Take a link back; by GET the question."""
    actor = staff(request, WORK)
    case = Case.objects.filter(pk=pk).first()
    found = CaseLink.objects.of(case).filter(pk=link).first() if case else None
    if case is None or found is None:
        raise Http404(_("There is no such link."))
    if request.method != "POST":
        return _confirm(request, case, _("Remove the link"))
    unlink(actor=actor, link=found)
    messages.success(request, _("The link is removed."))
    return redirect("admin:cases_case_change", pk)
