"""Taking in a request while the person is on the phone, or from a letter."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.cases.choices import CameBy, Direction
from apps.cases.models import Case
from apps.cases.services.move import move
from apps.cases.services.open_case import open_case
from apps.cases.services.write import NewMessage, add_message
from apps.core import clock, identifiers
from apps.core.choices import Channel
from apps.optouts.choices import Medium
from apps.optouts.services.take import take_optout
from apps.optouts.services.take_from_person import NoAddress, take_from_person
from apps.subjects.models import Subject
from apps.support.choices import Speaker, Topic
from apps.support.models import SupportRequest
from apps.support.workflow import KIND, TAKE_IN


@dataclass(frozen=True, kw_only=True)
class NewRequest:
    """What is known when a request comes in. `contact` is normalised, of kind `contact_kind`. Texts stay out of the
    repr: error reports print it.
    """

    topic: str
    came_by: str
    received_at: datetime | None = None
    subject: Subject | None = None
    contact_kind: str = ""
    contact: str = field(default="", repr=False)
    speaker: str = Speaker.SELF
    speaker_name: str = field(default="", repr=False)
    language: str = "ky"
    text: str = field(default="", repr=False)
    secret_mac: bytes | None = field(default=None, repr=False)

    @property
    def digest(self) -> bytes | None:
        """Of the contact; None where there is none, or it is a partner's card."""
        return identifiers.digest(self.contact_kind, self.contact) if self.contact else None

    @property
    def person(self) -> Subject | None:
        """Whom it is about: who was named, else whom the contact leads to."""
        if self.subject is not None or self.digest is None:
            return self.subject
        return Subject.objects.with_digests([self.digest]).first()


def twins_of(new: NewRequest) -> list[Case]:
    """Open requests for the same thing by the same person or contact, the first to come first."""
    same = Q(contact_digest=new.digest) if new.digest else Q(pk__in=[])
    person = new.person
    if person is not None:
        same |= Q(subject=person)
    return list(SupportRequest.objects.open().filter(same, topic=new.topic).order_by("received_at")[:5])


@transaction.atomic
def take_in(*, actor: User | None, new: NewRequest) -> SupportRequest:
    """Open the request, with what was said as its first message; unsubscribing is done on the spot by staff.

    `actor` is None for what came by the public form or by mail. Raises NotPossible for a moment to come,
    PermissionDenied.
    """
    if actor is not None:
        require(actor, TAKE_IN)
    received = new.received_at or clock.now()
    request = SupportRequest(
        topic=Topic(new.topic), came_by=CameBy(new.came_by), received_at=received, subject=new.person,
        contact_kind=new.contact_kind, contact=new.contact or None, contact_digest=new.digest,
        speaker=Speaker(new.speaker), speaker_name=new.speaker_name or None, language=new.language,
        secret_mac=new.secret_mac,
    )  # fmt: skip
    open_case(actor=actor, case=request, kind=KIND)
    if new.text.strip():
        said = NewMessage(direction=Direction.IN, came_by=new.came_by, text=new.text, happened_at=received)
        add_message(request, actor=actor, message=said)
    if actor is not None and actor.has_perm("optouts.take_optout") and request.topic == Topic.UNSUBSCRIBE:
        _settle(actor, new, request)
    return request


def _settle(actor: User, new: NewRequest, request: SupportRequest) -> None:
    if _stop_advertising(actor, new, request):
        move(request, "settle", actor=actor, seen=None)


def _stop_advertising(actor: User, new: NewRequest, request: SupportRequest) -> bool:
    """Take the opt-out of a known person, or of the contact alone; whether there was an address for it."""
    medium = Medium.PHONE if new.came_by == CameBy.PHONE else Medium.LETTER
    if request.subject is not None:
        try:
            take_from_person(actor=actor, subject=request.subject, channel=Channel.ALL, medium=medium)
        except NoAddress:
            return False
        return True
    if new.digest is None:
        return False
    take_optout(
        actor=actor, kind=new.contact_kind, digest=new.digest, channel=Channel.ALL, medium=medium, value=new.contact
    )
    return True
