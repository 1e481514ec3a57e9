"""`/policy/` and `/contacts/`: what the operator tells everybody, each edition at an address that stays."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_safe

from apps.core import clock
from apps.core.markdown import outline, render
from apps.core.public import page_language, public_page
from apps.policies.comparing import compare
from apps.policies.contacts import contacts
from apps.policies.models import PolicyDocument, PolicyEdition
from apps.policies.presenting import Standing, standings

FRESH_SECONDS = 300
_LONG = ("text_ky", "text_ru", "text_en")

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A page that everybody may see and keep for a while. Nothing is done by it, so a POST is 405 and no forgery."""
    wrapped: View = csrf_exempt(require_safe(conditional_page(view)))
    return wrapped


def _answer(request: HttpRequest, name: str, context: dict[str, Any], *, fresh: int | None = None) -> HttpResponse:
    """The page in the reader's language; kept by browsers and proxies until something of it may change."""
    response = public_page(f"policies/public/{name}.html", context, language=page_language(request))
    response.headers["Cache-Control"] = f"public, max-age={_fresh_seconds() if fresh is None else fresh}"
    return response


def _fresh_seconds() -> int:
    """Some minutes, but no longer than until the next edition comes into force."""
    now = clock.now()
    awaited = PolicyEdition.objects.published().filter(effective_at__gt=now)
    soonest = awaited.order_by("effective_at").values_list("effective_at", flat=True).first()
    return FRESH_SECONDS if soonest is None else min(FRESH_SECONDS, int((soonest - now).total_seconds()))


def _document(code: str) -> tuple[PolicyDocument, list[Standing]]:
    """A document of which something was published, and how its editions stand, newest first."""
    document = PolicyDocument.objects.filter(code=code).first()
    published = PolicyEdition.objects.published().filter(document=code).select_related("document").defer(*_LONG)
    if document is None or not (found := standings(published, clock.now())):
        raise Http404
    return document, found


def _of_number(found: list[Standing], number: int) -> Standing:
    for standing in found:
        if standing.edition.number == number:
            return standing
    raise Http404


@public
def index(request: HttpRequest) -> HttpResponse:
    """Every document with the edition that is in force."""
    in_force = PolicyEdition.objects.in_force_each().select_related("document").defer(*_LONG)
    editions = sorted(in_force, key=lambda edition: edition.document.position)
    return _answer(request, "index", {"editions": editions})


@public
def current(request: HttpRequest, code: str) -> HttpResponse:
    """The edition in force; what was published and is not yet in force, where there is no other."""
    _document_row, found = _document(code)
    in_force = next((standing for standing in found if standing.state == "in_force"), found[-1])
    return _edition(request, found, in_force)


@public
def edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition, at its own address for ever."""
    _document_row, found = _document(code)
    return _edition(request, found, _of_number(found, number))


def _edition(request: HttpRequest, found: list[Standing], standing: Standing) -> HttpResponse:
    language = page_language(request)
    shown = standing.edition
    text = shown.text(language)
    context = {
        "document": shown.document, "edition": shown, "standing": standing, "text": render(text),
        "contents": outline(text), "spoken": language if text == getattr(shown, f"text_{language}") else "ky",
        "in_force": next((other for other in found if other.state == "in_force"), None),
        "awaited": next((other for other in reversed(found) if other.state == "awaited"), None),
        "references": [line.strip() for line in shown.references.splitlines() if line.strip()],
        "has_before": found[-1].edition != shown, "others": len(found) > 1,
    }  # fmt: skip
    return _answer(request, "edition", context)


@public
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Every edition with what changed, newest first."""
    document, found = _document(code)
    language = page_language(request)
    editions = [(standing, standing.edition.summary(language)) for standing in found]
    return _answer(request, "history", {"document": document, "editions": editions})


@public
def changes(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """An edition beside the one before it."""
    language = page_language(request)
    document, found = _document(code)
    shown = _of_number(found, number).edition
    place = next(place for place, other in enumerate(found) if other.edition.number == number)
    before = found[place + 1].edition if place + 1 < len(found) else None
    if before is None:  # the first one changed nothing
        return redirect(f"{reverse('policy_edition', args=[code, number])}?lang={language}")
    comparison = compare(before.text(language), shown.text(language))
    context = {
        "document": document, "edition": shown, "before": before, "comparison": comparison,
        "counts": comparison.counts, "summary": shown.summary(language),
    }  # fmt: skip
    return _answer(request, "changes", context)


@public
def contact_page(request: HttpRequest) -> HttpResponse:
    """Where the operator is reached (P21). Needs no database."""
    return _answer(request, "contacts", {"contacts": contacts()}, fresh=FRESH_SECONDS)
