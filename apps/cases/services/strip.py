"""Closed cases lose what was written in them, and whom they were about, after the period in the register."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet

from apps.audit.services import record
from apps.cases import actions
from apps.cases.keeping import keepers, strip_others
from apps.cases.models import Attachment, Case, Message, Note, Reading, Verification
from apps.core import clock, files
from apps.partners.choices import CountedFrom
from apps.partners.models import Processing, Retention

CATEGORY, PURPOSE = "support", "service"  # where the register says how long
CHUNK = 500


def period() -> Retention | None:
    """The period in the register; None where none is set, it has no end, or it is not counted from the answer."""
    found: Retention | None = Processing.objects.retention_for(CATEGORY, PURPOSE)
    if found is None or found.endless or found.counted_from != CountedFrom.REQUEST_CLOSED:
        return None
    return found


def over(now: datetime | None = None) -> QuerySet[Case]:
    """Closed cases whose period is over and that are whole yet, the oldest first; none where no period is set."""
    kept = period()
    if kept is None:
        return Case.objects.none()
    return Case.objects.filter(closed_at__lt=kept.reaches_back(now or clock.now()), stripped_at__isnull=True).order_by(
        "closed_at", "pk"
    )


def needed() -> Q:
    """Whether anything needs a case still."""
    reasons = Q(pk__in=[])
    for keeper in keepers():
        reasons |= keeper.condition()
    return reasons


@dataclass(frozen=True)
class Kept:
    """A case whose time is over, and the titles of the reasons why it is kept; without any it goes in the night."""

    case: Case
    reasons: list[str]


def kept_because(cases: Collection[Case]) -> list[Kept]:
    """Of each of these cases why it is needed still."""
    keys = [case.pk for case in cases]
    found = {
        keeper: set(Case.objects.filter(keeper.condition(), pk__in=keys).values_list("pk", flat=True))
        for keeper in keepers()
    }
    told = [(case, [str(keeper.title) for keeper, held in found.items() if case.pk in held]) for case in cases]
    return [Kept(case, reasons) for case, reasons in told]


def strip_old() -> int:
    """Empty every case whose time is over and that nothing needs, CHUNK by CHUNK; how many were emptied."""
    emptied = 0
    while done := strip_chunk():
        emptied += done
    return emptied


@transaction.atomic
def strip_chunk() -> int:
    """Empty the next ones, in one transaction with its entry; how many. 0 when none are left.

    What somebody is working on is passed over. That nothing needs them is looked at once more when their rows are held:
    a case is linked, written in and opened again under that lock.
    """
    kept = period()
    rows = over().exclude(needed()).select_for_update(of=("self",), skip_locked=True)
    held = list(rows.values_list("pk", flat=True)[:CHUNK])
    keys = list(over().filter(pk__in=held).exclude(needed()).values_list("pk", flat=True))
    if not keys or kept is None:
        return 0
    counts = _empty(keys)
    strip_others(keys)
    Case.objects.filter(pk__in=keys).update(subject=None, stripped_at=clock.now(), version=F("version") + 1)
    record(None, actions.STRIPPED, Case, cases=len(keys), period=kept.reaches_back(clock.now()), **counts)
    return len(keys)


def _empty(keys: list[int]) -> dict[str, int]:
    """Notes, messages, files and attempts to verify; the bytes of files go once the change is sure."""
    held = Attachment.objects.filter(case__in=keys)
    for name in held.values_list("file", flat=True):
        transaction.on_commit(partial(files.delete, name))
    for model in (Reading, Verification):
        model._default_manager.filter(case__in=keys).delete()
    return {
        "files": held.delete()[0],
        "messages": Message.objects.filter(case__in=keys).delete()[0],
        "notes": Note.objects.filter(case__in=keys).delete()[0],
    }
