"""`/u/<token>`: the page behind the link in a message, and the mail program's unsubscribe button."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from apps.optouts.choices import Medium
from apps.optouts.services.accept import NotAccepted, accept_public
from apps.optouts.services.links import unseal
from apps.optouts.services.sealing import BadToken
from apps.optouts.views.body import Intent, TooLarge, Unclear, read_intent
from apps.optouts.views.pages import page, secured

_MEDIA = {Intent.ONE_CLICK: Medium.ONE_CLICK, Intent.PAGE: Medium.LINK}


@method_decorator(csrf_exempt, name="dispatch")  # mail providers have no cookie to prove anything with (RFC 8058)
class UnsubscribeView(View):
    """GET and HEAD ask, POST does. Needs no cookie, session, sign-in or script, and never redirects."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The confirmation page. Changes nothing: scanners open every link, and run scripts."""
        try:
            return page(request, "confirm", link=unseal(token))
        except BadToken:
            return page(request, "unknown", status=404)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Keep the refusal, then say so; a small text to a mail program, a page to a person."""
        try:
            link = unseal(token)
            intent = read_intent(request)
            accept_public(link=link, medium=_MEDIA[intent])
        except BadToken:
            return page(request, "unknown", status=404)
        except TooLarge:
            return page(request, "unclear", status=413)
        except Unclear:
            return page(request, "unclear", status=400)
        except NotAccepted:
            return page(request, "unavailable", status=503, link=link)
        if intent is Intent.PAGE:
            return page(request, "done", link=link)
        return secured(HttpResponse(str(_("Unsubscribed.")) + "\n", content_type="text/plain; charset=utf-8"))

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """405 that names what is allowed, with the headers of every other answer."""
        return secured(HttpResponseNotAllowed([method.upper() for method in self.http_method_names]))
