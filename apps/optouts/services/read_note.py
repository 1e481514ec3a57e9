"""Reading what a person said when they refused: for a reason, and recorded (P18)."""

from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.optouts import actions
from apps.optouts.models import OptOutNote


@transaction.atomic
def read_note(*, actor: User, event: UUID, reason: str) -> str:
    """The words that came with an event. Raises PermissionDenied, OptOutNote.DoesNotExist."""
    require(actor, "subjects.reveal_subject")
    note = OptOutNote.objects.get(event_id=event)
    record(actor, actions.NOTE_READ, note, reason=reason)
    text: str = note.text
    return text
