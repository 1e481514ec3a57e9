"""Rectification: values of the request's person are corrected, and whoever had the old ones is told."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases.choices import CameBy
from apps.cases.kinds import WORK
from apps.cases.models import Case
from apps.cases.services.taking_hold import changed
from apps.core import clock, identifiers
from apps.core.errors import NotPossible
from apps.optouts.choices import Medium, Reason
from apps.optouts.models import Suppression
from apps.optouts.services.take import take_optout
from apps.partners.models import Partner, Recipient
from apps.subjects.models import Subject
from apps.subjects.services.correct import Change, Correction, correct
from apps.subjects.services.move_identifier import MOVABLE
from apps.support import actions
from apps.support.models import Rectification, SupportRequest, Telling
from apps.support.services.holding import hold_with_person, require_open

RECTIFY = "support.rectify_person"
# From whoever is told something, by a way that staff goes by.
WAYS = (CameBy.EMAIL, CameBy.LETTER, CameBy.PHONE, CameBy.VISIT)


@transaction.atomic
def rectify(
    request: SupportRequest, *, actor: User, corrections: Sequence[Correction], seen: int | None
) -> Rectification:
    """Correct values of the request's person, all or none; before and after are kept with the request, encrypted.

    Whoever had an old value, as far as is known, has to be told: see `tell`. What the person refused under an address
    they refuse under the corrected one too. Raises Overtaken, NotPossible (also before the person is verified),
    PermissionDenied.
    """
    require(actor, RECTIFY)
    case, subject = hold_with_person(request, seen)
    require_open(case)
    if case.verified_at is None:
        raise NotPossible(_("Make sure first that they are who they say: nothing is changed for a stranger."))
    changes = correct(actor=actor, subject=subject, corrections=corrections)
    if not changes:
        raise NotPossible(_("Nothing is changed yet: all of it is right already."))
    for change in changes:
        _carry_refusals(actor, change)
    names = sorted({change.name for change in changes})
    made = Rectification.objects.create(
        request_id=case.pk, made_by=actor, fields=names, changes=[_kept(change) for change in changes]
    )
    Telling.objects.bulk_create(_to_tell(made, subject, changes))
    changed(case)
    record(actor, actions.RECTIFIED, case, fields=names)
    return made


def _kept(change: Change) -> dict[str, str]:
    origin = change.partner.code if change.partner else ""
    return {"field": change.name, "origin": origin, "before": change.before, "after": change.after}


def _carry_refusals(actor: User, change: Change) -> None:
    """An address was written wrongly, and its refusals were the person's."""
    if change.name not in MOVABLE:
        return
    old = identifiers.digest(change.name, change.before)
    for row in Suppression.objects.of([old]).filter(reason=Reason.REFUSAL).order_by("pk"):
        take_optout(
            actor=actor, kind=change.name, digest=identifiers.digest(change.name, change.after), channel=row.channel,
            purpose=row.purpose, sender=row.sender, medium=Medium.LETTER, value=change.after,
        )  # fmt: skip


def _to_tell(made: Rectification, subject: Subject, changes: Sequence[Change]) -> list[Telling]:
    """Recipients in use that may receive a changed category, and partners who said the old value or, of an address,
    know the person at all.
    """
    categories = {change.category for change in changes}
    recipients = Recipient.objects.in_use().filter(categories__in=categories).distinct().order_by("position", "code")
    told = {change.partner for change in changes if change.partner}
    if any(change.name in MOVABLE for change in changes):
        known = Partner.objects.filter(pk__in=subject.records.values("partner")).exclude(code=Partner.OPERATOR)
        told |= set(known)
    return [
        *(Telling(rectification=made, recipient=recipient) for recipient in recipients),
        *(Telling(rectification=made, partner=partner) for partner in sorted(told, key=lambda partner: partner.name)),
    ]


@transaction.atomic
def tell(telling: Telling, *, actor: User, way: str) -> Telling:
    """Keep that a recipient was told of the correction, by whom, when and how. Raises NotPossible when somebody was
    first, PermissionDenied.
    """
    require(actor, WORK)
    row = Telling.objects.select_for_update(of=("self",)).get(pk=telling.pk)
    if row.told_at is not None:
        raise NotPossible(_("Somebody has noted already that they were told."))
    if way not in WAYS:
        raise NotPossible(_("Say how they were told."))
    row.told_at, row.told_by, row.way = clock.now(), actor, way
    row.save(update_fields=["told_at", "told_by", "way"])
    whom = row.recipient.code if row.recipient else row.partner.code if row.partner else ""
    case = Case.objects.get(pk=row.rectification.request_id)
    record(actor, actions.TOLD, case, recipient=whom, way=row.way)
    return row
