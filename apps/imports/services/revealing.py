"""Showing a row in conflict, and the people whom it names, to one member of staff (P18)."""

from django.db import transaction

from apps.accounts.models import User
from apps.imports.conflicts import Conflict
from apps.imports.services.clashing import clash_of
from apps.subjects.services.reveal import hide, reveal


@transaction.atomic
def reveal_conflict(*, actor: User, row: Conflict, reason: str, note: str = "") -> None:
    """Leave to see the values of everybody whom the row names; with that the row's own are shown, which are theirs.

    An audit entry for each of them. Raises PermissionDenied, and the people's NotPossible.
    """
    for person in clash_of(row).people:
        reveal(actor=actor, subject=person, reason=reason, note=note)


@transaction.atomic
def hide_conflict(*, actor: User, row: Conflict) -> None:
    """End one's own leave to see them before its time."""
    for person in clash_of(row).people:
        hide(actor=actor, subject=person)
