"""What every page under /u/ has in common: it needs nothing but its token, and answers what is none with one page."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from apps.optouts.services.confirmations import Expired
from apps.optouts.services.sealing import BadToken
from apps.optouts.views.body import TooLarge, Unclear
from apps.optouts.views.pages import page, secured

# Where the answer does not depend on what the token says.
_ANSWERS: dict[type[Exception], tuple[str, int]] = {
    BadToken: ("unknown", 404),
    Expired: ("expired", 410),
    TooLarge: ("unclear", 413),
    Unclear: ("unclear", 400),
}


@method_decorator(csrf_exempt, name="dispatch")  # there is no cookie to prove anything with: the token is the proof
class PublicView(View):
    """GET and HEAD show, POST does. Needs no cookie, session, sign-in or script, and never redirects."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; a token that is none, and a body that says nothing, with their pages."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except tuple(_ANSWERS) as error:
            name, status = _ANSWERS[type(error)]
            return page(request, name, status=status)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """405 that names what is allowed, with the headers of every other answer."""
        return secured(HttpResponseNotAllowed([method.upper() for method in self.http_method_names]))
