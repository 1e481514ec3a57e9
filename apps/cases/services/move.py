"""Taking a step of a case's workflow."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.choices import WaitReason
from apps.cases.kinds import Transition
from apps.cases.models import Case, Pause
from apps.cases.services.due import set_due
from apps.cases.services.taking_hold import Overtaken, changed, hold, who_was_first
from apps.core import clock
from apps.core.errors import NotPossible
from apps.policies.models import CalendarDay
from apps.policies.working_days import days_taken


@transaction.atomic
def move(case: Case, name: str, *, actor: User | None, seen: int | None, reason: str = "") -> Case:
    """Take the step `name`; gives the case as it stands now.

    `seen` is the version that the actor saw; None only from a kind's own verb that holds the case already. `actor` is
    None for what the system or the person did. Entering a state that waits stops the clock, leaving it starts it again;
    a final state closes the case. Raises Overtaken when somebody was first, NotPossible, PermissionDenied.
    """
    transition = case.workflow.transition(name)
    if actor is not None:
        require(actor, transition.permission)
    row = hold(case, seen)
    if row.status not in transition.sources:
        raise Overtaken(who_was_first(row))
    _require_sense(row, transition, reason)
    _apply(row, transition, reason)
    changed(row)
    facts: dict[str, Any] = {"step": f"{row.kind}.{name}", "state": f"{row.kind}.{row.status}", "due": row.due_at}
    if reason:
        facts["step_reason"] = f"{row.kind}.{name}.{reason}"
    record(actor, actions.MOVED, row, **facts)
    return row


def _require_sense(row: Case, transition: Transition, reason: str) -> None:
    if row.stripped_at is not None:
        raise NotPossible(_("What was written in this case is gone, as its time was over. Open a new one."))
    if transition.reasons is not None and reason not in transition.reasons.values:
        raise NotPossible(_("Say why: choose a reason."))
    if transition.target in row.workflow.waiting and row.is_overdue:
        raise NotPossible(_("The term is over already: waiting can't stop the clock any more."))
    if transition.refuses and not row.refusals.standing().filter(letter__isnull=False).exists():
        raise NotPossible(_("A refusal needs its reason, its legal reference and its letter."))
    against = transition.against(row.workflow.model.objects.get(pk=row.pk))
    if against:
        raise NotPossible(against)


def _apply(row: Case, transition: Transition, reason: str) -> None:
    """What a change of state brings with it, the same for every kind."""
    now, workflow = clock.now(), row.workflow
    stood, stands = row.status in workflow.waiting, transition.target in workflow.waiting
    row.status = transition.target
    if stood and not stands:
        row.pauses.running().update(ended_at=now)
        row.paused_at = None
    if stands and not stood:
        why = reason if reason in WaitReason.values else WaitReason.DETAILS
        Pause.objects.create(case=row, reason=why, started_at=now)
        row.paused_at = now
    if transition.target not in workflow.refused:
        row.refusals.standing().update(lifted_at=now)
    row.closed_at = now if transition.target in workflow.final else None
    set_due(row)
    row.answered_in = working_days_of(row)


def working_days_of(case: Case) -> int | None:
    """Working days that a closed case took; None while it is open."""
    if case.closed_at is None:
        return None
    return days_taken(
        case.received_at, case.closed_at, pauses=case.pauses.spans(), calendar=CalendarDay.objects.calendar()
    )
