"""Objection: a use of the person's data ends."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases.choices import CameBy
from apps.cases.kinds import WORK
from apps.cases.services.taking_hold import changed, hold
from apps.consents.choices import Medium as Said
from apps.consents.services.record_consent import withdraw
from apps.core.errors import NotPossible
from apps.optouts.choices import Medium
from apps.optouts.services.take import take_optout
from apps.optouts.services.take_from_person import NoAddress, take_from_person
from apps.policies.registry import PURPOSE_BY_CODE, PURPOSES
from apps.support import actions
from apps.support.models import SupportRequest
from apps.support.services.holding import hold_with_person, require_open

# What may be stopped without the service itself: advertising, and what people are asked for their consent to.
STOPPABLE = tuple(purpose.code for purpose in PURPOSES if purpose.advertising or purpose.consent_asked)


@transaction.atomic
def stop(request: SupportRequest, *, actor: User, purpose: str, seen: int | None) -> None:
    """Stop a use: advertising by an opt-out of every address, anything else by a withdrawal of the consent.

    A refusal is always taken (P08, P15), whoever is verified. Raises Overtaken, NotPossible, JournalUnavailable,
    PermissionDenied.
    """
    require(actor, WORK)
    if purpose not in STOPPABLE:
        raise NotPossible(_("This use can't be stopped by itself."))
    named = SupportRequest.objects.filter(pk=request.pk, subject__isnull=False).exists()
    case = hold_with_person(request, seen)[0] if named else hold(request, seen)
    require_open(case)
    spoken = case.came_by in (CameBy.PHONE, CameBy.VISIT)
    if PURPOSE_BY_CODE[purpose].advertising:
        _stop_advertising(SupportRequest.objects.get(pk=case.pk), actor, purpose, spoken)
    elif case.subject is None:
        raise NotPossible(_("Name the person first."))
    else:
        withdraw(actor=actor, subject=case.subject, purpose=purpose, medium=Said.PHONE if spoken else Said.LETTER)
    changed(case)
    record(actor, actions.STOPPED, case, purpose=purpose)


def _stop_advertising(request: SupportRequest, actor: User, purpose: str, spoken: bool) -> None:
    """For every address of the person; for the contact alone where nobody is named."""
    medium = Medium.PHONE if spoken else Medium.LETTER
    if request.subject is not None:
        try:
            take_from_person(actor=actor, subject=request.subject, purpose=purpose, medium=medium)
        except NoAddress:
            raise NotPossible(_("No address of the person is known that anything could be sent to.")) from None
        return
    if request.contact is None or request.contact_digest is None:
        raise NotPossible(_("Name the person first."))
    take_optout(
        actor=actor, kind=request.contact_kind, digest=bytes(request.contact_digest), purpose=purpose, medium=medium,
        value=request.contact,
    )  # fmt: skip
