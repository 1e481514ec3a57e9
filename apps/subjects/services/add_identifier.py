"""Adding an identifier to a person who is known."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core.choices import IdentifierKind
from apps.core.errors import NotPossible
from apps.subjects import actions
from apps.subjects.models import Identifier, Subject
from apps.subjects.services.awaiting import block_if_awaited
from apps.subjects.services.locking import lock
from apps.subjects.services.register import NewIdentifier, attach


@transaction.atomic
def add_identifier(*, actor: User, subject: Subject, new: NewIdentifier) -> Identifier:
    """One more phone, address, token or card. Raises NotPossible when it is taken, or is a second token (P05)."""
    require(actor, "subjects.add_identifier")
    (subject,) = lock(subject)
    if new.kind == IdentifierKind.TOKEN and subject.identifiers.filter(kind=IdentifierKind.TOKEN).exists():
        raise NotPossible(_("This person has a token already. One person has one token."))
    identifier = attach(subject, new)
    record(actor, actions.ADD_IDENTIFIER, subject, kind=identifier.kind)
    block_if_awaited(subject, [bytes(identifier.digest)])
    return identifier
