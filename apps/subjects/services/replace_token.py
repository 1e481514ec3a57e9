"""A person's token was replaced by another (P05: one token per person)."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.core.errors import NotPossible
from apps.subjects import actions
from apps.subjects.models import Identifier, Subject
from apps.subjects.services.awaiting import block_if_awaited
from apps.subjects.services.locking import lock
from apps.subjects.services.register import NewIdentifier, attach


@transaction.atomic
def replace_token(*, actor: User, subject: Subject, value: str) -> Identifier:
    """Make `value` the person's token. Those before stay theirs, marked as replaced: what was said under one holds, and
    a file that still names it means this person and nobody new.

    Raises NotPossible when it is somebody else's, or when the person has no other; Unusable when it is none.
    """
    require(actor, "subjects.change_identifier")
    (subject,) = lock(subject)
    token = _own(subject, value) or attach(subject, NewIdentifier(IdentifierKind.TOKEN, value))
    if not _others(subject, token).exists():
        raise NotPossible(_("There is no other token of this person that it could replace."))
    _others(subject, token).update(replaced_at=clock.now())
    token.replaced_at = None
    token.save(update_fields=["replaced_at"])
    record(actor, actions.REPLACE_TOKEN, subject)
    block_if_awaited(subject, [bytes(token.digest)])
    return token


def leave_one_token(subject: Subject) -> None:
    """Of a person's tokens that are not replaced, which a merge has brought together, leave the youngest."""
    tokens = subject.identifiers.filter(kind=IdentifierKind.TOKEN, replaced_at=None)
    youngest = tokens.order_by("-created_at", "-pk").first()
    if youngest is not None:
        _others(subject, youngest).update(replaced_at=clock.now())


def _own(subject: Subject, value: str) -> Identifier | None:
    """The token where it is the person's, replaced or not."""
    digest = identifiers.digest(IdentifierKind.TOKEN, identifiers.normalise(IdentifierKind.TOKEN, value))
    own: Identifier | None = subject.identifiers.filter(kind=IdentifierKind.TOKEN, digest=digest).first()
    return own


def _others(subject: Subject, token: Identifier) -> QuerySet[Identifier]:
    return subject.identifiers.filter(kind=IdentifierKind.TOKEN, replaced_at=None).exclude(pk=token.pk)
