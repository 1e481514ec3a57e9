"""Writing about a case: notes among staff, messages from and to the person."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.choices import SENT_FROM_HERE, CameBy, Delivery, Direction
from apps.cases.kinds import WORK
from apps.cases.models import Case, Message, Note
from apps.cases.services.deliver import address_of
from apps.core import clock
from apps.core.errors import NotPossible

MAY_WRITE = "cases.note_case"
LONGEST = 20_000  # letters of a text


@dataclass(frozen=True, kw_only=True)
class NewMessage:
    """What was said: by which way, in which direction, when (now). Kept out of the repr: error reports print it."""

    direction: str
    came_by: str
    text: str = field(repr=False)
    heading: str = field(repr=False, default="")
    happened_at: datetime | None = None


@transaction.atomic
def add_note(case: Case, *, actor: User | None, text: str) -> Note:
    """Keep a note; `actor` is None for what the system has to say. Raises NotPossible for none, PermissionDenied."""
    if actor is not None:
        require(actor, MAY_WRITE)
    require_whole(case)
    note = Note.objects.create(case_id=case.pk, text=_told(text), author=actor)
    record(actor, actions.NOTED, _base(case))
    return note


@transaction.atomic
def add_message(case: Case, *, actor: User | None, message: NewMessage) -> Message:
    """Keep a message. One that leaves from here is on its way: the caller queues its delivery. Raises NotPossible for
    an empty one or one of a moment to come, PermissionDenied.
    """
    out = message.direction == Direction.OUT
    if actor is not None:
        require(actor, WORK if out else MAY_WRITE)
    moment = message.happened_at or clock.now()
    if moment > clock.now():
        raise NotPossible(_("This moment lies in the future."))
    require_whole(case)
    leaves = out and message.came_by in SENT_FROM_HERE
    if leaves and address_of(case, message.came_by) is None:
        raise NotPossible(_("No such address of the person is known. Tell them another way."))
    kept = Message.objects.create(
        case_id=case.pk, direction=Direction(message.direction), came_by=CameBy(message.came_by),
        heading=message.heading or None, text=_told(message.text), happened_at=moment, author=actor,
        delivery=Delivery.QUEUED if leaves else Delivery.DONE,
    )  # fmt: skip
    if out:
        record(actor, actions.MESSAGE_OUT, _base(case), way=kept.came_by)
    else:
        record(actor, actions.MESSAGE_IN, _base(case), came_by=kept.came_by)
    return kept


def _told(text: str) -> str:
    text = text.strip()
    if not text:
        raise NotPossible(_("There is no text yet."))
    if len(text) > LONGEST:
        raise NotPossible(_("The text is too long. Attach it as a file."))
    return text


def require_whole(case: Case) -> None:
    """Raise NotPossible for a case that has lost what was written in it: what is added now would never go."""
    if Case.objects.filter(pk=case.pk, stripped_at__isnull=False).exists():
        raise NotPossible(_("What was written in this case is gone, as its time was over. Open a new one."))


def _base(case: Case) -> Case:
    """The case as the audit knows it, whatever its kind."""
    return case if type(case) is Case else Case.objects.get(pk=case.pk)
