"""Opening a case: its number, its rule, its clock."""

from typing import TypeVar

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.kinds import Workflow, kinds
from apps.cases.models import Case
from apps.cases.services.due import set_due
from apps.core import clock
from apps.core.errors import NotPossible
from apps.policies.models import DeadlineRule

Kind = TypeVar("Kind", bound=Case)


@transaction.atomic
def open_case(*, actor: User | None, case: Kind, kind: str) -> Kind:
    """Store a new case of a kind: `case` is an unsaved row of its model with what it is about and when it came.

    `actor` is None for what the public sends in. Raises NotPossible for a moment to come, PermissionDenied.
    """
    workflow = kinds[kind]
    if actor is not None:
        require(actor, workflow.opens)
    now = clock.now()
    if case.received_at > now:
        raise NotPossible(_("This moment lies in the future."))
    case.opened_at, case.opened_by = now, actor
    case.kind, case.status = kind, workflow.initial
    case.rule = DeadlineRule.objects.on(workflow.rule_for(case.topic), case.received_at)
    set_due(case)
    _number(case, workflow)
    case.save(force_insert=(Case, type(case)))
    base = Case.objects.get(pk=case.pk)
    facts = {"topic": f"{kind}.{case.topic}", "came_by": case.came_by, "received": case.received_at}
    record(actor, actions.OPENED, base, rule=case.rule and case.rule.code, due=case.due_at, **facts)
    return case


def _number(case: Case, workflow: Workflow) -> None:
    """The next number of the sequence, which gives each once and lets nobody wait; what is rolled back leaves a gap."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Case._meta.db_table])
        row = cursor.fetchone()
    assert row is not None
    case.pk = case.id = row[0]
    year = clock.today().year
    case.reference = f"{workflow.prefix}-{year}-{case.id:06d}"
