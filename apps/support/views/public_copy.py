"""`/copy/<secret>`: where a person fetches the copy of their data, by the link that they were given and a code.

By GET nothing changes. Of a link that leads nowhere nobody is told why.
"""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import override

from apps.core.codes import LIFETIME, PAUSE, Answer, NoCode, TooMany, TooSoon
from apps.core.public import StatelessView, page_language, public_page, secured
from apps.optouts.views.body import PAGE_FIELD, TooLarge, Unclear, read_form
from apps.support.models import AccessLink
from apps.support.services.access.handover import Download, LinkGone, fetch, find_link
from apps.support.services.access.send_code import ask_code
from apps.support.tasks import deliver_code

# Why no code is sent, as the page says it.
_FAILURES: dict[type[NoCode], str] = {TooSoon: "soon", TooMany: "many"}
_GUESSES = {Answer.WRONG: ("wrong", 400), Answer.GONE: ("gone", 400)}


class CopyView(StatelessView):
    """By POST a code is asked for, or the file given. Whatever leads nowhere has one and the same page."""

    answered = (LinkGone,)

    def answer_to(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """As StatelessView."""
        return secured(public_page("support/public/gone.html", {}, language=page_language(request), status=404))

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        """What the link is for."""
        return _page(request, find_link(secret))

    def post(self, request: HttpRequest, secret: str) -> HttpResponseBase:
        """`do=send` asks for a code, `do=open` with a code gives the file."""
        link = find_link(secret)
        try:
            fields = read_form(request)
        except (TooLarge, Unclear):
            return _page(request, link, status=400)
        if fields.get("do") == ["send"]:
            return _send(request, link)
        got = fetch(link=link, typed=fields.get("code", [""])[0])
        if isinstance(got, Download):
            return _file(got)
        failure, status = _GUESSES[got]
        return _page(request, find_link(secret), failure=failure, status=status)


def _send(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """At once, whatever becomes of the code: a job sends it."""
    try:
        with transaction.atomic():
            asked = ask_code(link=link)
            deliver_code.defer(link_id=asked.pk, key=str(asked.key))
    except NoCode as error:
        answer = _page(request, link, failure=_FAILURES[type(error)], status=429)
        answer["Retry-After"] = str(int(PAUSE.total_seconds()))
        return answer
    return _page(request, asked, sent=True)


def _page(
    request: HttpRequest, link: AccessLink, *, failure: str = "", status: int = 200, sent: bool = False
) -> HttpResponse:
    language = page_language(request, link.package.language)
    address = link.address
    if address is None:
        raise LinkGone
    with override(language):
        context = {
            "link": link, "masked": address.masked, "failure": failure, "sent": sent, "page_field": PAGE_FIELD,
            "minutes": int(LIFETIME.total_seconds() // 60),
        }  # fmt: skip
    answer = public_page("support/public/copy.html", context, language=language, status=status)
    return secured(answer)


def _file(got: Download) -> HttpResponseBase:
    answer = StreamingHttpResponse(got.pieces(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{got.package.request.reference}.zip"'
    answer["Content-Length"] = str(got.package.size)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Accel-Buffering"] = "no"  # a proxy would keep what it can't pass on at once in a file of its own
    return secured(answer)
