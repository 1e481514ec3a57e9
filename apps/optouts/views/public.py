"""`/u/<token>`: the page behind the link in a message, and the mail program's unsubscribe button."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.core.public import secured
from apps.optouts.choices import Medium
from apps.optouts.services.accept import NotAccepted, accept_public
from apps.optouts.services.links import unseal
from apps.optouts.views.base import PublicView
from apps.optouts.views.body import Intent, read_intent
from apps.optouts.views.pages import page

_MEDIA = {Intent.ONE_CLICK: Medium.ONE_CLICK, Intent.PAGE: Medium.LINK}


class UnsubscribeView(PublicView):
    """The refusal that the link stands for."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The confirmation page. Changes nothing: scanners open every link, and run scripts."""
        return page(request, "confirm", link=unseal(token), token=token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Keep the refusal, then say so; a small text to a mail program, a page to a person."""
        link = unseal(token)
        intent = read_intent(request)
        try:
            accept_public(link=link, medium=_MEDIA[intent])
        except NotAccepted:
            return page(request, "unavailable", status=503, link=link)
        if intent is Intent.PAGE:
            return page(request, "done", link=link, token=token)
        return secured(HttpResponse(str(_("Unsubscribed.")) + "\n", content_type="text/plain; charset=utf-8"))
