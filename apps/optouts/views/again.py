"""The way back: `/u/<token>/again` sends a confirmation to the address, `/u/confirm/<token>` is what it leads to."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from apps.core.identifiers import Unusable
from apps.core.public import page_language
from apps.core.sending import Rejected, Unavailable
from apps.optouts.preferences import Known, Stop, look_up, senders_of, words
from apps.optouts.services.accept import NotAccepted
from apps.optouts.services.ask_again import CONFIRMABLE, NotThisAddress, TooOften, ask_again
from apps.optouts.services.confirmations import MOST_PARTS, Confirmation, open_confirmation
from apps.optouts.services.links import Link, unseal
from apps.optouts.services.parts import Part
from apps.optouts.services.resubscribe import resubscribe
from apps.optouts.views.base import PublicView
from apps.optouts.views.body import read_form
from apps.optouts.views.pages import page

# Why nothing was sent: what the page says, and the status that goes with it.
_FAILURES: dict[type[Exception], tuple[str, int]] = {
    Unusable: ("unusable", 400),
    NotThisAddress: ("other", 400),
    TooOften: ("often", 429),
    Rejected: ("rejected", 400),
    Unavailable: ("unsent", 503),
}


class AskAgainView(PublicView):
    """What the person refused with this address, to be received again. Nothing changes here: a message is sent."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """What can be received again."""
        return _ask_page(request, token, unseal(token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Send the confirmation, to the address that was typed if it is the one of the link."""
        link = unseal(token)
        fields = read_form(request)
        known = look_up(link.digest)
        parts = _chosen(known, fields.get("again", []))
        if known is None or not parts:
            return _ask_page(request, token, link, known=known, failure="nothing", status=400)
        language = page_language(request, link.language)
        with translation.override(language):
            told = _in_words(link, known, parts)
            try:
                ask_again(link=link, parts=parts, typed=fields.get("address", [""])[0], words=told, language=language)
            except tuple(_FAILURES) as error:
                failure, status = _FAILURES[type(error)]
                chosen = {part.code for part in parts}
                return _ask_page(request, token, link, known=known, failure=failure, status=status, chosen=chosen)
        return page(request, "asked", link=link, words=told)


def _chosen(known: Known | None, codes: list[str]) -> list[Part]:
    liftable = [stop.part for stop in known.liftable] if known else []
    return [part for part in liftable if part.code in codes][:MOST_PARTS]


def _in_words(link: Link, known: Known | None, parts: Sequence[Part]) -> list[str]:
    senders = senders_of(link, known, settings.OPERATOR_NAME)
    return [words(part, senders) for part in parts]


def _ask_page(
    request: HttpRequest, token: str, link: Link, *, known: Known | None = None, failure: str = "", status: int = 200,
    chosen: set[str] | None = None,
) -> HttpResponse:  # fmt: skip
    """The form, with what went wrong the last time; 503 when the database can't say what there is to receive again."""
    known = known or look_up(link.digest)
    if known is None:
        return page(request, "again_later", status=503, link=link, token=token)
    with translation.override(page_language(request, link.language)):
        senders = senders_of(link, known, settings.OPERATOR_NAME)
        shown = [(stop, words(stop.part, senders)) for stop in known.liftable[:MOST_PARTS]]
    name = "again" if shown and link.kind in CONFIRMABLE else "again_none"
    return page(
        request, name, status=status, link=link, token=token, shown=shown, failure=failure, chosen=chosen or set()
    )


class ConfirmView(PublicView):
    """The link in that message. The GET asks once more: scanners open it too. The POST lifts the refusals."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """What will be received again. Changes nothing."""
        return _confirm_page(request, "again_confirm", open_confirmation(token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Lift; only for the page's own button: a mail program's unsubscribe request is none."""
        confirmation = open_confirmation(token)
        read_form(request)
        try:
            resubscribe(confirmation=confirmation)
        except NotAccepted:
            return _confirm_page(request, "again_unavailable", confirmation, status=503)
        return _confirm_page(request, "again_done", confirmation, look=True)


def _confirm_page(
    request: HttpRequest, name: str, confirmation: Confirmation, *, status: int = 200, look: bool = False
) -> HttpResponse:
    """`look`: say what still stops something of it."""
    link = Link(kind=confirmation.kind, digest=confirmation.digest, channel="all", masked=confirmation.masked,
                language=confirmation.language)  # fmt: skip
    known = look_up(confirmation.digest)
    with translation.override(page_language(request, confirmation.language)):
        told = _in_words(link, known, confirmation.parts)
        still = _still(link, known, confirmation) if look else []
    blocked = any(stop.covers(part) for stop, _words in still for part in confirmation.parts)
    return page(request, name, status=status, link=link, words=told, still=still, blocked=blocked)


def _still(link: Link, known: Known | None, confirmation: Confirmation) -> list[tuple[Stop, str]]:
    """What stops something of what was asked for all the same, in words."""
    if known is None:
        return []
    senders = senders_of(link, known, settings.OPERATOR_NAME)
    stops = [stop for stop in known.stops if any(stop.bears_upon(part) for part in confirmation.parts)]
    return [(stop, words(stop.part, senders)) for stop in stops]
