"""Taking the opt-out of a known person, for all of their addresses that it concerns."""

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.core import clock
from apps.core.choices import Channel, IdentifierKind
from apps.optouts.choices import EVERY_SENDER, Medium
from apps.optouts.services.take import Taken, take_optout
from apps.policies.registry import ADVERTISING
from apps.subjects.models import Identifier, Subject

_PHONE, _EMAIL, _PUSH = IdentifierKind.PHONE, IdentifierKind.EMAIL, IdentifierKind.PUSH

# Which kinds of identifier a channel reaches. Push is refused by phone too: providers' lists name people so. The token
# is the application's own name for whom it pushes to, and stays with the person when a number moves to somebody else.
REACHED_BY: dict[str, tuple[str, ...]] = {
    Channel.EMAIL: (_EMAIL,),
    Channel.SMS: (_PHONE,),
    Channel.CALL: (_PHONE,),
    Channel.MESSENGER: (_PHONE,),
    Channel.PUSH: (_PUSH, _PHONE, IdentifierKind.TOKEN),
    Channel.ALL: (_PHONE, _EMAIL, _PUSH, IdentifierKind.TOKEN),
}


class NoAddress(Exception):
    """The person has no address that this channel reaches."""


@transaction.atomic
def take_from_person(
    *,
    actor: User | None,
    subject: Subject,
    channel: str = Channel.ALL,
    purpose: str = ADVERTISING,
    sender: str = EVERY_SENDER,
    medium: str = Medium.PHONE,
    note: str = "",
) -> list[Taken]:
    """Keep the refusal for every address that the channel reaches; the note goes with the first.

    `actor` is None for what the person did themselves, once they were verified. Raises PermissionDenied, and NoAddress
    when there is none.
    """
    if actor is not None:
        require(actor, "optouts.take_optout")
    now = clock.now()
    held = Identifier.objects.filter(subject=subject, kind__in=REACHED_BY[channel]).order_by("pk")
    taken = [
        take_optout(
            actor=actor, kind=row.kind, digest=bytes(row.digest), channel=channel, purpose=purpose, sender=sender,
            medium=medium, note="" if number else note, occurred=now,
        )
        for number, row in enumerate(held)
    ]  # fmt: skip
    if not taken:
        raise NoAddress
    return taken
