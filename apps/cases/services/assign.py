"""Giving a case to somebody, and saying what goes first."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import prepare, record, record_all
from apps.cases import actions
from apps.cases.choices import Priority
from apps.cases.kinds import WORK
from apps.cases.models import Case
from apps.cases.services.taking_hold import changed, hold, who_was_first
from apps.core.errors import NotPossible

MAY_ASSIGN = "cases.assign_case"
MOST_AT_ONCE = 500


def workers() -> list[User]:
    """Everybody who works on cases, by name."""
    app_label, _dot, codename = WORK.partition(".")
    may = {"groups__permissions__codename": codename, "groups__permissions__content_type__app_label": app_label}
    return list(User.objects.filter(is_active=True, **may).distinct().order_by("first_name", "last_name", "pk"))


def _require(actor: User, assignee: User | None) -> None:
    """Whoever works on cases may take and leave them; giving them to others is a permission of its own."""
    require(actor, WORK if assignee is None or assignee == actor else MAY_ASSIGN)
    if assignee is not None and not (assignee.is_active and assignee.has_perm(WORK)):
        raise NotPossible(_("%(who)s doesn't work on cases.") % {"who": assignee})


@transaction.atomic
def assign(case: Case, *, actor: User, assignee: User | None, seen: int | None) -> Case:
    """Give a case to a member of staff, or to nobody. Raises Overtaken, NotPossible, PermissionDenied."""
    _require(actor, assignee)
    row = hold(case, seen)
    if not row.is_open:
        raise NotPossible(_("The case is closed: nobody has to work on it."))
    if assignee is None and row.assignee_id != actor.pk:
        require(actor, MAY_ASSIGN)  # somebody else's
    if row.assignee_id == (assignee.pk if assignee else None):
        return row
    row.assignee = assignee
    changed(row)
    record(actor, actions.ASSIGNED, row, assignee=str(assignee or "—"))
    return row


@dataclass(frozen=True)
class Given:
    """What came of giving many: the cases that were given, and what is said of those where somebody was first."""

    cases: list[Case]
    overtaken: list[str]


@transaction.atomic
def assign_many(cases: Mapping[int, int | None], *, actor: User, assignee: User) -> Given:
    """Give many cases, by their keys, to one member of staff: the open ones that they don't have.

    With each key goes the version that the actor saw (None asks for no check): a case that somebody changed or closed
    since is left alone, and said. Rows are locked in the order of their keys, so that two at once never wait in a ring.
    Raises NotPossible, PermissionDenied.
    """
    _require(actor, assignee)
    asked = sorted(cases)[:MOST_AT_ONCE]
    rows = list(Case.objects.filter(pk__in=asked).order_by("pk").select_for_update(of=("self",)))
    stale = [row for row in rows if not row.is_open or cases[row.pk] not in (None, row.version)]
    given = [row for row in rows if row not in stale and row.assignee_id != assignee.pk]
    for row in given:
        row.assignee = assignee
        row.version += 1
    Case.objects.bulk_update(given, ["assignee", "version"])
    record_all(prepare(actor, actions.ASSIGNED, row, assignee=str(assignee)) for row in given)
    return Given(given, [f"{row.reference}: {who_was_first(row)}" for row in stale])


@transaction.atomic
def prioritise(case: Case, *, actor: User, priority: int, seen: int | None) -> Case:
    """Say what goes first. Raises Overtaken, PermissionDenied."""
    require(actor, MAY_ASSIGN)
    row = hold(case, seen)
    if row.priority == Priority(priority):
        return row
    row.priority = Priority(priority)
    changed(row)
    record(actor, actions.PRIORITISED, row, priority=int(row.priority))
    return row
