"""Why work on a batch stands still, as its page tells it, and what becomes of it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.models import Entry
from apps.imports import actions
from apps.imports.models import Batch
from apps.imports.progress import grouped

# What went wrong, by the name that the audit has of it.
_ERRORS = {
    "OperationalError": gettext_lazy("the database could not be reached, or was too busy"),
    "InterfaceError": gettext_lazy("the database could not be reached, or was too busy"),
    "Overtaken": gettext_lazy("other work on the same people came in between, again and again"),
    "IntegrityError": gettext_lazy("other work on the same people came in between, again and again"),
    "FileNotFoundError": gettext_lazy("the stored file is gone"),
    "Damaged": gettext_lazy("the stored file is damaged"),
    "SealerDied": gettext_lazy("a process that reads rows ended"),
    "MemoryError": gettext_lazy("there was too little memory"),
    "OSError": gettext_lazy("the disk could not be read or written"),
}


@dataclass(frozen=True)
class Halt:
    """`why` it stands still and since when, what is `kept`, what `following` would be; rows `done` and `left`."""

    why: str
    at: datetime | None
    kept: str
    following: str
    done: str
    left: str
    percent: int


def halt(batch: Batch) -> Halt | None:
    """Of a batch whose work was stopped; None of any other."""
    if not batch.halted:
        return None
    wanted = [actions.STOPPED.code, actions.FAILED.code]
    entry = Entry.objects.about(batch).filter(action__in=wanted).select_related("actor").first()
    total = batch.rows_total + batch.rows_left
    rows = batch.rows_done if batch.figures else 0
    done, left = grouped(rows), grouped(total - rows)
    kept, following = _kept(batch, {"done": done, "left": left, "total": grouped(total)})
    percent = rows * 100 // (total or 1)
    return Halt(_why(entry), entry.at if entry else None, kept, following, done, left, percent)


def _why(entry: Entry | None) -> str:
    if entry is None or entry.action == actions.STOPPED.code:
        return _("%(who)s stopped the work.") % {"who": entry.actor if entry and entry.actor else "—"}
    error = str(entry.facts.get("error", ""))
    what = _ERRORS.get(error) or _("an error in the program")
    return _("An error stopped the work: %(what)s (%(error)s).") % {"what": what, "error": error}


def _kept(batch: Batch, numbers: dict[str, str]) -> tuple[str, str]:
    if not batch.figures:
        return (
            _("It was being read. The file is kept; nothing of it is in the registers."),
            _("Going on reads it again from its first row."),
        )
    if batch.undone:
        return (
            _("It was being undone. %(done)s of %(total)s rows are out, the other %(left)s are still in.") % numbers,
            _("Going on undoes the rest."),
        )
    if not batch.rows_merged:
        return (
            _("It was confirmed, and not a row is merged yet. The file and what was read of it are kept."),
            _("Going on merges it from its first row."),
        )
    return (
        _("%(done)s of %(total)s rows are merged and stay so. The other %(left)s are kept.") % numbers,
        _("Going on merges them behind the last row that is in. Ending it here destroys them, counted as skipped.")
        if not batch.rows_left
        else _("Going on ends it here, as was decided: the rest is destroyed and counted as skipped."),
    )
