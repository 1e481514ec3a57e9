"""Keeping one's own filters of the inbox."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.models import SavedFilter
from apps.core.errors import NotPossible

MAY_SEE = "cases.view_case"
MOST = 20


@transaction.atomic
def save_filter(*, actor: User, name: str, query: str) -> SavedFilter:
    """Keep a filter under a name, after those that there are; of a name that is there, what it finds is replaced.

    Raises NotPossible for no name, no filter, or too many; PermissionDenied.
    """
    require(actor, MAY_SEE)
    name = name.strip()
    if not name or not query:
        raise NotPossible(_("Choose a box or a filter first, and give it a name."))
    User.objects.select_for_update(of=("self",)).get(pk=actor.pk)  # two of one's own windows at once
    held = list(SavedFilter.objects.of(actor.pk))
    same = next((row for row in held if row.name == name), None)
    if same is None and len(held) >= MOST:
        raise NotPossible(_("You keep %(most)s filters already. Delete one first.") % {"most": MOST})
    if same is None:
        place = held[-1].position + 1 if held else 0
        same = SavedFilter(user=actor, name=name, position=place)
    same.query = query
    same.save()
    record(actor, actions.FILTER_SAVED, same)
    return same


@transaction.atomic
def drop_filter(saved: SavedFilter, *, actor: User) -> None:
    """Delete one of one's own. Raises PermissionDenied."""
    require(actor, MAY_SEE)
    record(actor, actions.FILTER_DROPPED, saved)
    SavedFilter.objects.of(actor.pk).filter(pk=saved.pk).delete()


@transaction.atomic
def move_filter(saved: SavedFilter, *, actor: User, up: bool) -> None:
    """Change places with the one before it, or after it. Raises PermissionDenied."""
    require(actor, MAY_SEE)
    rows = list(SavedFilter.objects.of(actor.pk).select_for_update(of=("self",)))
    keys = [row.pk for row in rows]
    if saved.pk not in keys:
        return
    place = keys.index(saved.pk)
    other = min(max(place + (-1 if up else 1), 0), len(rows) - 1)
    rows[place], rows[other] = rows[other], rows[place]
    for position, row in enumerate(rows):
        row.position = position
    SavedFilter.objects.bulk_update(rows, ["position"])
