"""Giving rows in conflict up: they change nothing, and the partner gets them back. It can be taken back."""

from collections import Counter
from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.models import Entry
from apps.audit.services import prepare, record, record_all
from apps.core.errors import NotPossible
from apps.imports import actions
from apps.imports.choices import Decision, Status, Verdict
from apps.imports.conflicts import Conflict
from apps.imports.models import Batch
from apps.imports.services.deciding import locked
from apps.imports.services.finding import told, undecided_row
from apps.imports.services.judging import Tally
from apps.imports.services.restaging import recount


@transaction.atomic
def leave_out(*, actor: User, batch_id: int, number: int) -> None:
    """Refuse a row for what it is in conflict for. Raises NotPossible when somebody was first, PermissionDenied."""
    require(actor, "imports.settle_conflict")
    batch = locked(batch_id, Status.DONE)
    _refuse(actor, batch, [undecided_row(batch, number)])


@transaction.atomic
def leave_out_many(*, actor: User, rows: Sequence[int]) -> int:
    """Refuse those of the rows (primary keys) that are still in conflict; how many they were.

    Batches are locked in the order of their keys, so that two at once never wait in a ring. Raises PermissionDenied.
    """
    require(actor, "imports.settle_conflict")
    asked = Conflict.objects.undecided().filter(pk__in=rows).order_by()
    refused = 0
    for batch_id in sorted(set(asked.values_list("batch_id", flat=True))):
        try:
            batch = locked(batch_id, Status.DONE)
        except NotPossible:
            continue
        refused += _refuse(actor, batch, list(asked.filter(batch=batch_id).select_for_update(of=("self",))))
    return refused


def _refuse(actor: User, batch: Batch, rows: list[Conflict]) -> int:
    Conflict.objects.filter(pk__in=[row.pk for row in rows]).update(verdict=Verdict.REFUSED)
    for reason, count in Counter(row.reason for row in rows).items():
        _move(batch, Verdict.CONFLICT, Verdict.REFUSED, reason, count)
    record_all([_entry(actor, batch, row) for row in rows])
    return len(rows)


def _entry(actor: User, batch: Batch, row: Conflict) -> Entry:
    facts = {"decision": Decision.LEAVE_OUT, "verdict": Verdict.REFUSED, "reason": row.reason}
    return prepare(actor, actions.CONFLICT_SETTLED, batch, number=row.number, line=row.line, **facts)


@transaction.atomic
def reopen(*, actor: User, batch_id: int, number: int) -> None:
    """Take a row that was left out up again. Raises NotPossible when it isn't left out, PermissionDenied."""
    require(actor, "imports.settle_conflict")
    batch = locked(batch_id, Status.DONE)
    row = Conflict.objects.select_for_update(of=("self",)).filter(batch=batch, number=number).first()
    if row is None or not row.left_out:
        raise NotPossible(told(batch, number))
    row.verdict = Verdict.CONFLICT
    row.save(update_fields=["verdict"])
    _move(batch, Verdict.REFUSED, Verdict.CONFLICT, row.reason, 1)
    record(actor, actions.CONFLICT_REOPENED, batch, number=number, line=row.line, reason=row.reason)


def _move(batch: Batch, before: Verdict, after: Verdict, reason: str, rows: int) -> None:
    now = Tally(Counter({after.value: rows}), Counter({f"{after}:{reason}": rows}))
    recount(batch, before, reason, now, rows)
