"""`/u/<token>/preferences`: what of advertising reaches an address, and every refusal of it, singly or all at once."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from apps.core.choices import Channel
from apps.core.public import page_language
from apps.optouts.choices import EVERY_SENDER, Medium
from apps.optouts.preferences import channels_of, look_up, offers, senders_of, topics, words
from apps.optouts.services.accept import NotAccepted, accept_public
from apps.optouts.services.ask_again import CONFIRMABLE
from apps.optouts.services.links import Link, unseal
from apps.optouts.services.parts import EVERYTHING, Part
from apps.optouts.titles import purpose_title
from apps.optouts.views.base import PublicView
from apps.optouts.views.body import Unclear, read_form
from apps.optouts.views.pages import page
from apps.policies.registry import ADVERTISING


class PreferencesView(PublicView):
    """Refusals only: what is ticked stops. The way back is a page of its own, which needs more than a link."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The choices. Changes nothing."""
        return self._answer(request, token, unseal(token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Stop what was chosen, and show the choices as they are now."""
        link = unseal(token)
        parts = chosen_parts(link, read_form(request))
        if not parts:
            return self._answer(request, token, link, nothing=True)
        try:
            accept_public(link=link, medium=Medium.LINK, parts=parts)
        except NotAccepted:
            again = [("stop", part.code) for part in parts]
            return page(request, "unavailable", status=503, link=link, again=again, chosen=True)
        return self._answer(request, token, link, done=parts)

    def _answer(
        self, request: HttpRequest, token: str, link: Link, *, done: tuple[Part, ...] = (), nothing: bool = False
    ) -> HttpResponse:
        with translation.override(page_language(request, link.language)):
            choices = _choices(link, done)
        status = 400 if nothing else 200
        return page(request, "preferences", status=status, link=link, token=token, nothing=nothing, **choices)


def chosen_parts(link: Link, fields: Mapping[str, list[str]]) -> tuple[Part, ...]:
    """What a form of this page says shall stop: every `stop`, or, where `only` was pressed, what is narrowed down.

    Raises Unclear for what the page does not offer for this address.
    """
    if "only" in fields:
        codes = ["/".join(fields.get(name, [""])[0] for name in ("channel", "purpose", "sender"))]
    else:
        codes = fields.get("stop", [])
    allowed = {Channel.ALL, *channels_of(link)}
    try:
        parts = [Part.of_code(code) for code in dict.fromkeys(codes)]
    except ValueError:
        raise Unclear from None
    if any(part.channel not in allowed for part in parts):
        raise Unclear
    # What is stopped altogether needs no second refusal of its parts.
    return (EVERYTHING,) if EVERYTHING in parts else tuple(parts)


def _choices(link: Link, done: tuple[Part, ...]) -> dict[str, Any]:
    """The context of the page: what is offered, what is stopped, and what was stopped just now."""
    known = look_up(link.digest)
    senders = senders_of(link, known, settings.OPERATOR_NAME)
    return {
        "known": known,
        "everything": EVERYTHING,
        "all_stopped": known.stopping(EVERYTHING) if known else None,
        "groups": offers(link, known, senders),
        "channels": [(Channel.ALL.value, Channel.ALL.label), *((c.value, c.label) for c in channels_of(link))],
        "purposes": [(code, purpose_title(code)) for code in (ADVERTISING, *topics())],
        "senders": [(EVERY_SENDER, None), *senders.items()],
        "stops": [(stop, words(stop.part, senders)) for stop in known.stops] if known else [],
        "confirmable": link.kind in CONFIRMABLE and known is not None and bool(known.liftable),
        "done": [words(part, senders) for part in done],
    }
