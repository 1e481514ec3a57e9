"""Answers of a public page: their words, their status, and the headers that every one of them carries."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from apps.optouts.choices import EVERY_SENDER, Channel
from apps.optouts.services.links import Link
from apps.optouts.views.body import PAGE_FIELD
from apps.optouts.views.languages import NAMES, page_language
from apps.partners.models import Partner
from apps.policies.registry import ADVERTISING, PURPOSE_BY_CODE

RETRY_SECONDS = 60

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
}


def secured(response: HttpResponse) -> HttpResponse:
    """The response with the headers of every public answer, kept out of the log, where its path would show."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def page(request: HttpRequest, name: str, *, status: int = 200, link: Link | None = None) -> HttpResponse:
    """The page `name` in the reader's language. Uses neither session, user nor database."""
    language = page_language(request, link.language if link else "")
    with translation.override(language):
        content = render_to_string(f"optouts/public/{name}.html", _context(language, link))
    response = HttpResponse(content, status=status, headers={"Content-Language": language})
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return secured(response)


def _context(language: str, link: Link | None) -> dict[str, Any]:
    common = {"language": language, "languages": NAMES, "operator": settings.OPERATOR_NAME, "page_field": PAGE_FIELD}
    return common if link is None else {**common, "link": link, "every": _every(link), "topic": _topic(link, language)}


def _every(link: Link) -> dict[str, bool]:
    """Which parts of the scope are "all of them"; `operator` when the operator itself is the only sender."""
    return {
        "channel": link.channel == Channel.ALL,
        "sender": link.sender == EVERY_SENDER,
        "operator": link.sender == Partner.OPERATOR,
    }


def _topic_title(purpose: str, language: str) -> str:
    return str(getattr(PURPOSE_BY_CODE[purpose].titles, language))


def _topic(link: Link, language: str) -> str:
    """The topic's title when the link stops one topic only; else empty."""
    return "" if link.purpose == ADVERTISING else _topic_title(link.purpose, language)
