"""The pages that everybody may see: their language without a cookie, their frame, and the headers of every one."""

import ipaddress
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from apps.core.keyring import keyring

Response = TypeVar("Response", bound=HttpResponseBase)

NAMES = {"ky": "Кыргызча", "ru": "Русский", "en": "English"}

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
}

# Of what concerns one person: kept by nobody, found by nobody.
OWN_HEADERS = {**HEADERS, "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def page_language(request: HttpRequest, preferred: str = "") -> str:
    """`?lang=`, else `preferred` (what a link says), else what the browser asks for, else the first language."""
    for code in (request.GET.get("lang", ""), preferred):
        if code in NAMES:
            return code
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200].lower()):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGES[0][0]


def client_key(request: HttpRequest) -> str:
    """What limits count a visitor by: a keyed digest of their network address, which is kept nowhere else (P13).

    Of IPv6 the network, of which every household has one. Empty where a proxy stands before us and
    CLIENT_ADDRESS_HEADER doesn't say by which header it tells: then all visitors have its address.
    """
    header = settings.CLIENT_ADDRESS_HEADER
    told = request.META.get(header or "REMOTE_ADDR", "").rpartition(",")[2].strip()
    if not header and settings.SECURE_PROXY_SSL_HEADER:
        return ""
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return ""
    if address.version == 6:
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return keyring().digest("client", str(address)).hex()


def public_page(template: str, context: dict[str, Any], *, language: str, status: int = 200) -> HttpResponse:
    """A public page in a language. Its frame uses neither session, user nor database."""
    frame = {
        "language": language, "languages": NAMES, "operator": settings.OPERATOR_NAME, "stylesheet": _stylesheet(),
    }  # fmt: skip
    with translation.override(language):
        content = render_to_string(template, frame | context)
    return HttpResponse(content, status=status, headers={"Content-Language": language, **HEADERS})


def secured(response: Response) -> Response:
    """The response with the headers of what concerns one person, kept out of the log, where its path would show."""
    for name, value in OWN_HEADERS.items():
        response.headers[name] = value
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


@method_decorator(csrf_exempt, name="dispatch")  # there is no cookie to prove anything with: a token or secret does
class StatelessView(View):
    """GET and HEAD show, POST does. Needs no cookie, session, sign-in or script, and never redirects.

    `answered` are the errors that a subclass answers with a page, in `answer_to`.
    """

    http_method_names = ["get", "head", "post"]
    answered: ClassVar[tuple[type[Exception], ...]] = ()

    def answer_to(self, request: HttpRequest, error: Exception) -> HttpResponseBase:
        """The page that says what one of the `answered` errors means."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, errors that are foreseen too."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except self.answered as error:
            return self.answer_to(request, error)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """405 that names what is allowed, with the headers of every other answer."""
        return secured(HttpResponseNotAllowed([method.upper() for method in self.http_method_names]))


def _stylesheet() -> str:
    """Where the style sheet lies. Forgotten static files make the page plain, never unavailable."""
    try:
        return static("public.css")
    except ValueError:
        return f"{settings.STATIC_URL}public.css"
