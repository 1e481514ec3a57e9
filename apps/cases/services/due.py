"""When a case is due: counted here for every kind, by the one function of the calendar."""

from datetime import datetime

from django.db import transaction

from apps.audit.services import record
from apps.cases import actions
from apps.cases.models import Case
from apps.policies.models import CalendarDay
from apps.policies.working_days import WorkingCalendar


def due_of(case: Case, calendar: WorkingCalendar) -> datetime | None:
    """When its term ends, by its rule, its pauses and its extension; None while the clock stands, or without a rule."""
    if case.rule is None:
        return None
    pauses = case.pauses.spans() if case.pk else []
    return case.rule.due(case.received_at, pauses=pauses, extra=case.extra, calendar=calendar)


def set_due(case: Case) -> None:
    """Count a held case's due moment; the caller stores it."""
    case.due_at = due_of(case, CalendarDay.objects.calendar())


def recount() -> int:
    """Count every open case anew, after the calendar has changed; gives how many were moved.

    Each in a transaction of its own: nobody waits for all of them.
    """
    calendar = CalendarDay.objects.calendar()
    moved = 0
    for pk in Case.objects.open().filter(due_at__isnull=False).order_by("pk").values_list("pk", flat=True).iterator():
        moved += _recount_one(pk, calendar)
    return moved


@transaction.atomic
def _recount_one(pk: int, calendar: WorkingCalendar) -> bool:
    case = Case.objects.select_for_update(of=("self",)).select_related("rule").get(pk=pk)
    due = due_of(case, calendar)
    if not case.is_open or due == case.due_at:
        return False
    case.due_at = due
    case.version += 1
    case.save(update_fields=["due_at", "version"])
    record(None, actions.RECOUNTED, case, due=due)
    return True
