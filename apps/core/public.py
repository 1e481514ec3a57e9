"""The pages that everybody may see: their language without a cookie, their frame, and the headers of every one."""

import ipaddress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from apps.core.keyring import keyring

NAMES = {"ky": "Кыргызча", "ru": "Русский", "en": "English"}

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
}


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


def _stylesheet() -> str:
    """Where the style sheet lies. Forgotten static files make the page plain, never unavailable."""
    try:
        return static("public.css")
    except ValueError:
        return f"{settings.STATIC_URL}public.css"
