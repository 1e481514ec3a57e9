"""Asking to receive something again: a message to the address, whose link confirms it.

The address is known here by its digest alone, so the person types it. That proves nothing and is kept nowhere; that the
message reaches them is the proof.
"""

import hmac
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.audit.services import prepare, record_all
from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.core.limits import Limit
from apps.core.sending import Message, sender_for
from apps.optouts import actions
from apps.optouts.choices import Reason
from apps.optouts.models import Suppression
from apps.optouts.services.bounded import writer
from apps.optouts.services.confirmations import Confirmation, confirmation_url
from apps.optouts.services.links import Link
from apps.optouts.services.parts import Part

# What can be reached by a message with a link; a device that gets push notifications is reached in the application.
CONFIRMABLE = (IdentifierKind.EMAIL, IdentifierKind.PHONE)

# A link must not help to guess the address behind it, nor to fill somebody's mailbox.
TRIES = Limit("again-tries", times=10, seconds=60 * 60)
SENDS = Limit("again-sends", times=5, seconds=24 * 60 * 60)


class TooOften(Exception):
    """Asked too often for this address."""


class NotThisAddress(Exception):
    """What was typed is not the address that the link was sent to."""


def ask_again(*, link: Link, parts: Sequence[Part], typed: str, words: Sequence[str], language: str) -> Confirmation:
    """Send a confirmation of `parts`, told in `words`, to the address of a link. Changes nothing by itself.

    Raises Unusable for what is no address, NotThisAddress, TooOften, and NotSent of `core.sending`.
    """
    value = identifiers.normalise(link.kind, typed)
    if not TRIES.take(link.digest.hex()):
        raise TooOften
    if not hmac.compare_digest(identifiers.digest(link.kind, value), link.digest):
        raise NotThisAddress
    if not SENDS.take(link.digest.hex()):
        raise TooOften
    confirmation = Confirmation(
        kind=link.kind, digest=link.digest, masked=link.masked, asked=clock.now(), parts=tuple(parts), language=language
    )
    sender_for(link.kind).send(_message(confirmation, value, words))
    writer.attempt(lambda: _record(confirmation))
    return confirmation


def _message(confirmation: Confirmation, address: str, words: Sequence[str]) -> Message:
    context = {
        "operator": settings.OPERATOR_NAME,
        "words": words,
        "url": confirmation_url(confirmation),
        "until": confirmation.expires,
    }
    with translation.override(confirmation.language):
        text = render_to_string(f"optouts/messages/confirm_{confirmation.kind}.txt", context)
        subject = _("Confirm that you want to receive advertising again")
    return Message(to=address, text=text.strip() + "\n", subject=subject)


@transaction.atomic
def _record(confirmation: Confirmation) -> None:
    """An entry for each refusal that may be lifted. Where the message went stands nowhere."""
    rows = Suppression.objects.of([confirmation.digest]).filter(reason=Reason.REFUSAL)
    record_all(
        prepare(
            None, actions.CONFIRMATION_SENT, row,
            kind=row.kind, channel=row.channel, purpose=row.purpose, sender=row.sender,
        )
        for row in rows
        if Part(row.channel, row.purpose, row.sender) in confirmation.parts
    )  # fmt: skip
