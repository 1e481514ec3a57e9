"""Answers of a public page: their words and their status."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from apps.core.choices import Channel
from apps.core.public import page_language, public_page, secured
from apps.optouts.choices import EVERY_SENDER
from apps.optouts.services.links import Link
from apps.optouts.views.body import PAGE_FIELD
from apps.partners.models import Partner
from apps.policies.registry import ADVERTISING, PURPOSE_BY_CODE

RETRY_SECONDS = 60


def page(
    request: HttpRequest, name: str, *, status: int = 200, link: Link | None = None, spoken: str = "", **more: Any
) -> HttpResponse:
    """The page `name` in the reader's language, `more` its context. Uses neither session, user nor database.

    `spoken` is the language that a token names; that of the link where there is one.
    """
    language = page_language(request, link.language if link else spoken)
    with translation.override(language):
        context = _context(link) | more
    response = public_page(f"optouts/public/{name}.html", context, language=language, status=status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return secured(response)


def _context(link: Link | None) -> dict[str, Any]:
    common = {"page_field": PAGE_FIELD}
    return common if link is None else common | _scope(link)


def _scope(link: Link) -> dict[str, Any]:
    """What the link covers, in words; `narrow` when it stops less than the channel's whole advertising."""
    topic = "" if link.purpose == ADVERTISING else PURPOSE_BY_CODE[link.purpose].titles.shown
    every = {"sender": link.sender == EVERY_SENDER, "operator": link.sender == Partner.OPERATOR}
    narrow = bool(topic) or not every["sender"]
    return {"link": link, "every": every, "topic": topic, "narrow": narrow, "channel": Channel(link.channel).label}
