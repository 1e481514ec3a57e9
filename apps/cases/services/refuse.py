"""Refusing what was asked: reason, legal reference, letter, step and entry, all together or not at all."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.choices import CameBy
from apps.cases.composing import language_of, refusal_values
from apps.cases.justifications import RefusalReason
from apps.cases.kinds import Transition
from apps.cases.models import Case, Refusal
from apps.cases.services.compose import filled
from apps.cases.services.move import move
from apps.cases.services.taking_hold import Overtaken, hold, who_was_first
from apps.cases.services.write import NewMessage, add_message
from apps.core.errors import NotPossible
from apps.policies.choices import LawStatus

# A refusal is written (Law No. 58 of 14.04.2008 said so, and nothing says otherwise): it is not told on the phone.
WRITTEN = (CameBy.EMAIL, CameBy.LETTER, CameBy.VISIT, CameBy.SMS)
LONGEST_REFERENCE = 200


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """Why: a coded reason, the statute with its article, and on whose word that stands."""

    reason: str
    legal_ref: str
    status: str = LawStatus.ASSUMED


def refusing_step(case: Case) -> Transition | None:
    """The step by which a case may be refused as it stands; None where there is none."""
    return next((step for step in case.workflow.leaving(case.status) if step.refuses), None)


@transaction.atomic
def refuse(case: Case, *, actor: User, grounds: Grounds, letter: NewMessage, seen: int | None) -> Refusal:
    """Refuse, and close the case; gives the refusal, whose letter the caller sends off.

    Raises Overtaken when somebody was first, NotPossible without a reason, a legal reference or a written letter,
    PermissionDenied.
    """
    row = hold(case, seen)
    step = refusing_step(row)
    if step is None:
        raise Overtaken(who_was_first(row))
    require(actor, step.permission)
    _require_grounds(grounds, letter)
    told = refusal_values(grounds.reason, grounds.legal_ref, language_of(row))
    message = add_message(row, actor=actor, message=filled(row, letter, **told))
    refusal = Refusal.objects.create(
        case=row, reason=RefusalReason(grounds.reason), legal_ref=grounds.legal_ref.strip(),
        status=LawStatus(grounds.status), letter=message, way=message.came_by, decided_by=actor,
    )  # fmt: skip
    record(actor, actions.REFUSED, row, refused_for=refusal.reason, rests_on=refusal.status)
    move(row, step.name, actor=actor, seen=None)
    return refusal


def _require_grounds(grounds: Grounds, letter: NewMessage) -> None:
    if grounds.reason not in RefusalReason.values:
        raise NotPossible(_("Say why: choose a reason."))
    if not grounds.legal_ref.strip() or len(grounds.legal_ref) > LONGEST_REFERENCE:
        raise NotPossible(_("Name the law and its article."))
    if letter.came_by not in WRITTEN:
        raise NotPossible(_("A refusal is written: send it, or hand it over on paper."))
