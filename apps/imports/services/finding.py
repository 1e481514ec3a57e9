"""Finding a row that somebody wants to decide about; whoever is second is told who was first."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.audit.models import Entry
from apps.core.errors import NotPossible
from apps.imports import actions
from apps.imports.choices import Decision, Verdict
from apps.imports.conflicts import Conflict
from apps.imports.models import Batch


def undecided_row(batch: Batch, number: int) -> Conflict:
    """The row of a locked batch, locked. Raises NotPossible when it is decided or gone."""
    row = Conflict.objects.select_for_update(of=("self",)).filter(batch=batch, number=number).first()
    if row is None or row.verdict != Verdict.CONFLICT:
        raise NotPossible(told(batch, number))
    row.batch = batch
    return row


def decision_of(batch: Batch, number: int) -> Entry | None:
    """The last decision about a row."""
    return Entry.objects.about(batch).filter(action=actions.CONFLICT_SETTLED.code, facts__number=number).first()


def told(batch: Batch, number: int) -> str:
    """Who decided about a row, when and how; or that it is not there."""
    entry = decision_of(batch, number)
    if entry is None:
        return _("This row of %(batch)s is no longer there.") % {"batch": batch.reference}
    message = _("%(who)s has decided about line %(line)s of %(batch)s, %(when)s: %(decision)s.")
    return message % {
        "who": entry.actor or "—", "line": entry.facts["line"], "batch": batch.reference,
        "when": date_format(localtime(entry.at), "SHORT_DATETIME_FORMAT"),
        "decision": Decision(entry.facts["decision"]).label,
    }  # fmt: skip
