"""Registering a person, for example while they are on the phone."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import identifiers
from apps.core.errors import NotPossible
from apps.partners.models import Partner
from apps.subjects import actions
from apps.subjects.models import Identifier, Subject
from apps.subjects.services.awaiting import block_if_awaited


@dataclass(frozen=True)
class NewIdentifier:
    """`value` as it was said; `partner` for a card, whose number is unique within its partner only."""

    kind: str
    value: str
    partner: Partner | None = None


@transaction.atomic
def register(*, actor: User, given: list[NewIdentifier], language: str = "") -> Subject:
    """A new person with these identifiers.

    Raises NotPossible when nothing is given or one belongs to somebody already, Unusable when one is malformed.
    """
    require(actor, "subjects.add_subject")
    if not given:
        raise NotPossible(_("Give at least one phone number, e-mail, token or card."))
    subject = Subject.objects.create(language=language)
    held = [attach(subject, new) for new in given]
    record(actor, actions.REGISTER, subject, kinds=[str(new.kind) for new in given])
    block_if_awaited(subject, [bytes(row.digest) for row in held])
    return subject


def attach(subject: Subject, new: NewIdentifier) -> Identifier:
    """Store an identifier under a person. Raises NotPossible, naming whose it is, and Unusable."""
    value = identifiers.normalise(new.kind, new.value)
    digest = identifiers.digest(new.kind, value, new.partner.code if new.partner else "")
    try:
        with transaction.atomic():
            return Identifier.objects.create(
                subject=subject, kind=new.kind, digest=digest, value=value, partner=new.partner
            )
    except IntegrityError:
        owner = Identifier.objects.filter(kind=new.kind, digest=digest).values_list("subject_id", flat=True).first()
        message = _("This value belongs to P-%(pk)s already. Open that person, or merge the two.")
        raise NotPossible(message % {"pk": owner}) from None
