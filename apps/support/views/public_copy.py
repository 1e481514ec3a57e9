"""`/copy/<secret>`: where a person fetches the copy of their data, by the link that they were given and a code.

By GET nothing changes. Of a link that leads nowhere nobody is told why.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import override
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from apps.core.codes import LIFETIME, Answer, TooMany, TooSoon
from apps.core.public import page_language, public_page
from apps.core.sending import Rejected, Unavailable
from apps.optouts.views.body import PAGE_FIELD, TooLarge, Unclear, read_form
from apps.optouts.views.pages import secured
from apps.support.models import AccessLink
from apps.support.services.access.handover import Download, LinkGone, fetch, find_link, send_code

# Why no code was sent: what the page says, and the status that goes with it.
_FAILURES: dict[type[Exception], tuple[str, int]] = {
    TooSoon: ("soon", 429),
    TooMany: ("many", 429),
    Rejected: ("rejected", 400),
    Unavailable: ("unsent", 503),
}
_GUESSES = {Answer.WRONG: ("wrong", 400), Answer.GONE: ("gone", 400)}


@method_decorator(csrf_exempt, name="dispatch")  # no cookie proves anything: link and code do
class CopyView(View):
    """GET and HEAD show, POST sends the code or gives the file. No cookie, session or script."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; whatever leads nowhere with one and the same page."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except LinkGone:
            return secured(public_page("support/public/gone.html", {}, language=page_language(request), status=404))

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """405 with the headers of every other answer."""
        return secured(HttpResponseNotAllowed([method.upper() for method in self.http_method_names]))

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        """What the link is for."""
        return _page(request, find_link(secret))

    def post(self, request: HttpRequest, secret: str) -> HttpResponseBase:
        """`do=send` sends a code, `do=open` with a code gives the file."""
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
    try:
        send_code(link=link)
    except tuple(_FAILURES) as error:
        failure, status = _FAILURES[type(error)]
        link.refresh_from_db()
        return _page(request, link, failure=failure, status=status)
    link.refresh_from_db()
    return _page(request, link, sent=True)


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
    secured(answer)  # type: ignore[arg-type]
    return answer
