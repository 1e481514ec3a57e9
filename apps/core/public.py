"""The pages that everybody may see: their language without a cookie, their frame, and the headers of every one."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

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
