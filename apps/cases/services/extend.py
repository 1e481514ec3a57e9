"""Extending a term: once, before it is over, and never without telling the person."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.kinds import WORK
from apps.cases.models import Case, Message
from apps.cases.services.compose import filled
from apps.cases.services.due import set_due
from apps.cases.services.taking_hold import changed, hold
from apps.cases.services.write import NewMessage, add_message
from apps.core import clock
from apps.core.errors import NotPossible
from apps.policies.choices import Counting

MOST_DAYS = 30  # policy: the law names no limit, and a term that can be extended at will is none


@transaction.atomic
def extend(case: Case, *, actor: User, days: int, notice: NewMessage, seen: int | None) -> Message:
    """Extend the term by so many days, counted as the rule counts; gives the notice, for the caller to queue.

    Raises Overtaken, NotPossible, PermissionDenied.
    """
    require(actor, WORK)
    row = hold(case, seen)
    if row.rule is None or row.rule.counting not in (Counting.WORKING, Counting.CALENDAR):
        raise NotPossible(_("This case has no term that could be extended."))
    if row.extended_at is not None:
        raise NotPossible(_("The term was extended before, and is extended once only."))
    if not row.is_open or row.is_overdue:
        raise NotPossible(_("The term is over: it can't be extended any more."))
    if not 1 <= days <= MOST_DAYS:
        raise NotPossible(_("A term is extended by 1 to %(most)s days.") % {"most": MOST_DAYS})
    row.extra, row.extended_at = days, clock.now()
    set_due(row)
    changed(row)
    record(actor, actions.EXTENDED, row, days=days, due=row.due_at)
    return add_message(row, actor=actor, message=filled(row, notice))
