"""Mail on the desk: files that are handed in, what became of letters, and those that were set aside."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from apps.cases.services.attach import MAY_READ
from apps.cases.views.contents import HEADERS
from apps.core.errors import NotPossible
from apps.subjects.views.desk import desk_page, staff
from apps.support.forms import MailFileForm
from apps.support.models import MailRun, TakenMail
from apps.support.services.run_mail import TAKE_MAIL, hand_in
from apps.support.services.set_aside import open_aside, settle_aside
from apps.support.tasks import take_mail_file

VIEW = "support.view_takenmail"
_FORM_BYTES = 64 * 1024  # of a request, beside its file


class _InMemory(MemoryFileUploadHandler):
    """Keeps an upload in memory, of whatever size it may have: no temporary file ever holds letters in the clear."""

    def handle_raw_input(self, *args: object, **kwargs: object) -> None:
        """By the length of the request, which the server holds it to."""
        length = args[2] if len(args) > 2 else kwargs["content_length"]
        self.activated = int(str(length)) <= settings.MAIL_FILE_MAX_BYTES + _FORM_BYTES


def _in_memory(page: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """For a page that takes letters. The CSRF check reads the body, so that it comes after the handler."""
    protected = csrf_protect(page)

    @csrf_exempt
    @wraps(page)
    def taking(request: HttpRequest) -> HttpResponse:
        staff(request, TAKE_MAIL)
        request.upload_handlers = [_InMemory(request)]
        return protected(request)

    return taking


@_in_memory
def upload(request: HttpRequest) -> HttpResponse:
    """Hand in a file; it is worked off behind."""
    actor = staff(request, TAKE_MAIL)
    form = MailFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                run = hand_in(actor=actor, stream=form.cleaned_data["file"])
                take_mail_file.defer(run_id=run.pk)
        except NotPossible as error:
            form.add_error("file", str(error.message))
        else:
            messages.success(request, _("The file is there. Its letters are being taken in."))
            return redirect("admin:support_mailrun_changelist")
    title = _("Take in a file of e-mail")
    runs = {"title": MailRun._meta.verbose_name_plural, "link": reverse("admin:support_mailrun_changelist")}
    context = {"title": title, "trail": [runs, {"title": title}], "opts": MailRun._meta, "original": None, "form": form}
    return desk_page(request, "support/upload.html", context)


def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of a letter, and what can be done about one that was set aside."""
    staff(request, VIEW)
    found = _letter_or_404(pk)
    title = _("Letter %(number)s") % {"number": found.pk}
    context = {"title": title, "opts": TakenMail._meta, "original": found, "mail": found}
    return desk_page(request, "support/letter.html", context)


def open_letter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter as it came, as a download. By POST alone."""
    actor = staff(request, MAY_READ)
    found = _letter_or_404(pk)
    if request.method != "POST":
        return letter(request, pk)
    try:
        stream = open_aside(actor=actor, mail=found)
    except FileNotFoundError:
        raise Http404(_("There is no such letter.")) from None
    return FileResponse(
        stream,
        as_attachment=True,
        filename=f"letter-{pk}.eml",
        content_type="application/octet-stream",
        headers=HEADERS,
    )


def settle_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Destroy one that was looked at. By POST alone."""
    actor = staff(request, MAY_READ)
    found = _letter_or_404(pk)
    if request.method != "POST":
        return letter(request, pk)
    try:
        settle_aside(actor=actor, mail=found)
    except NotPossible as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The letter is destroyed."))
    return redirect("admin:support_takenmail_change", pk)


def _letter_or_404(pk: int) -> TakenMail:
    found = TakenMail.objects.select_related("case", "run").filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such letter."))
    return found
