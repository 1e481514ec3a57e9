"""Saying what a case is about, after somebody has read it."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.kinds import WORK
from apps.cases.models import Case
from apps.cases.services.due import set_due
from apps.cases.services.taking_hold import changed, hold
from apps.core.errors import NotPossible
from apps.policies.models import DeadlineRule


@transaction.atomic
def retopic(case: Case, *, actor: User, topic: str, seen: int | None) -> Case:
    """Change what an open case is about. Its term is that of the new topic, counted from the same receipt.

    Raises Overtaken, NotPossible, PermissionDenied.
    """
    require(actor, WORK)
    row = hold(case, seen)
    topics = row.workflow.topics
    if topics is None or topic not in topics.values:
        raise NotPossible(_("A case of this kind is about something else."))
    if not row.is_open:
        raise NotPossible(_("The case is closed."))
    if topic == row.topic:
        raise NotPossible(_("It is about this already."))
    before, row.topic = row.topic, topic
    row.rule = DeadlineRule.objects.on(row.workflow.rule_for(topic), row.received_at)
    set_due(row)
    changed(row)
    was, now = f"{row.kind}.{before}", f"{row.kind}.{topic}"
    record(actor, actions.RETOPICED, row, was=was, topic=now, rule=row.rule and row.rule.code, due=row.due_at)
    return row
