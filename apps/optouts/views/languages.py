"""In which language a public page speaks, without a cookie."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

NAMES = {"ky": "Кыргызча", "ru": "Русский", "en": "English"}


def page_language(request: HttpRequest, preferred: str = "") -> str:
    """`?lang=`, else `preferred` (what the link says), else what the browser asks for, else the first language."""
    for code in (request.GET.get("lang", ""), preferred):
        if code in NAMES:
            return code
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200].lower()):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGES[0][0]
