"""Handing a message over to whatever brings it to the person."""

from django.db import transaction

from apps.audit.services import record
from apps.cases import actions
from apps.cases.choices import CameBy, Delivery
from apps.cases.models import Case, Message
from apps.core import clock, sending
from apps.core.choices import IdentifierKind
from apps.subjects.models import Identifier

REACHES = {CameBy.EMAIL: IdentifierKind.EMAIL, CameBy.SMS: IdentifierKind.PHONE}


def address_of(case: Case, came_by: str) -> Identifier | None:
    """The person's address that was known last, for a way by which messages leave from here."""
    if case.subject_id is None:
        return None
    kind = REACHES[CameBy(came_by)]
    return Identifier.objects.filter(subject_id=case.subject_id, kind=kind).order_by("-created_at", "-pk").first()


@transaction.atomic
def deliver(*, message_id: int) -> None:
    """Send a message that is on its way; one that is not any more is left alone.

    Raises sending.Unavailable when trying again later may help.
    """
    message = _held(message_id)
    if message is None:
        return
    address = address_of(message.case, message.came_by)
    if address is None:
        _settle(message, Delivery.FAILED)
        return
    text = sending.Message(
        to=address.value, text=message.text, subject=message.heading or message.case.reference, id=message.key
    )
    taken = sending.hand_over(address.kind, text)
    _settle(message, Delivery.DONE if taken else Delivery.FAILED)


@transaction.atomic
def give_up(*, message_id: int) -> None:
    """Say that a message could not be handed over, however often it was tried."""
    message = _held(message_id)
    if message is not None:
        _settle(message, Delivery.FAILED)


def _held(message_id: int) -> Message | None:
    rows = Message.objects.select_for_update(of=("self",)).select_related("case")
    return rows.filter(pk=message_id, delivery=Delivery.QUEUED).first()


def _settle(message: Message, delivery: Delivery) -> None:
    message.delivery = delivery
    if delivery == Delivery.DONE:
        message.happened_at = clock.now()
    message.save(update_fields=["delivery", "happened_at"])
    record(None, actions.DELIVERED, message.case, way=message.came_by, delivery=delivery)
