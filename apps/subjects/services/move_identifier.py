"""A phone number or address that belongs to somebody else now (P05)."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.core.errors import NotPossible
from apps.subjects import actions
from apps.subjects.models import Identifier, Subject
from apps.subjects.services.awaiting import forget_digest
from apps.subjects.services.locking import lock

MOVABLE = (IdentifierKind.PHONE, IdentifierKind.EMAIL)


@transaction.atomic
def move_identifier(*, actor: User, identifier: Identifier, to: Subject | None = None) -> Subject:
    """Take the number from its old person, who keeps all else, and give it to `to` or to a new person.

    Opt-outs stay with the number: only its new owner may lift them. Raises NotPossible.
    """
    require(actor, "subjects.change_identifier")
    receiver = to or Subject.objects.create()
    old, receiver = lock(identifier.subject, receiver)
    held = old.identifiers.select_for_update(of=("self",)).filter(pk=identifier.pk, kind__in=MOVABLE).first()
    if held is None or old == receiver:
        raise NotPossible(_("This number or address can't be moved: it isn't this person's any more."))
    held.subject, held.created_at = receiver, clock.now()
    held.save(update_fields=["subject", "created_at"])
    _forget_old_restrictions(receiver)
    forget_digest(bytes(held.digest))
    record(actor, actions.MOVE_IDENTIFIER, old, kind=held.kind, to=receiver.reference)
    record(actor, actions.RECEIVE_IDENTIFIER, receiver, kind=held.kind, person=old.reference)
    return receiver


def _forget_old_restrictions(receiver: Subject) -> None:
    """What the journal says of the number was about its old owner and must not be replayed onto the new one."""
    if receiver.restriction_changed_at is None:
        receiver.restriction_changed_at = clock.now()
        receiver.save(update_fields=["restriction_changed_at"])
