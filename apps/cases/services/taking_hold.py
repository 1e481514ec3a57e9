"""Taking hold of a case before it is changed: the second of two people is told who was first, and when."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.audit.models import Entry
from apps.cases.models import Case
from apps.core.errors import NotPossible


class Overtaken(NotPossible):
    """Somebody else changed the case since it was looked at. The message says who, when and what."""


def hold(case: Case, seen: int | None) -> Case:
    """A fresh row of the case, locked. `seen` is the version that the person who acts saw; None asks for no check.

    Raises Overtaken.
    """
    row = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if seen is not None and row.version != seen:
        raise Overtaken(who_was_first(row))
    return row


def who_was_first(case: Case) -> str:
    """What was done to a case last, for somebody who comes too late."""
    entry = Entry.objects.about(case).select_related("actor").first()
    if entry is None:
        return _("The case has changed since you opened the page. Look at it again.")
    facts = {
        "who": entry.actor or _("The system"),
        "what": entry.title,
        "when": date_format(localtime(entry.at), "SHORT_DATETIME_FORMAT"),
        "state": case.status_title,
    }
    return _("%(who)s was first: %(what)s, %(when)s. The case is now “%(state)s”. Look at it again.") % facts


def changed(case: Case) -> Case:
    """Count a change of a held case and store it."""
    case.version += 1
    case.save()
    return case
