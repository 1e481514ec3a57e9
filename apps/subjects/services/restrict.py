"""Blocking a person's data: kept, not used."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.core.errors import NotPossible
from apps.core.journal import JournalEntry, journal
from apps.subjects import actions
from apps.subjects.choices import RestrictionReason
from apps.subjects.models import Subject
from apps.subjects.services.awaiting import await_people
from apps.subjects.services.locking import lock

JOURNAL_KIND = "restriction"


@transaction.atomic
def restrict(*, actor: User, subject: Subject, reason: str) -> Subject:
    """Block a person's data for a RestrictionReason; in the journal before the database.

    Raises NotPossible when it is blocked already, JournalUnavailable when the promise can't be made durable.
    """
    require(actor, "subjects.restrict_subject")
    (subject,) = lock(subject)
    if subject.restricted:
        raise NotPossible(_("The data of %(who)s is blocked already.") % {"who": subject.reference})
    promise(subject, RestrictionReason(reason))
    record(actor, actions.RESTRICT, subject, reason=reason)
    return subject


def promise(subject: Subject, reason: str) -> None:
    """Write the blocking of a locked person to the journal, then to their row."""
    digests = [digest.hex() for digest in subject.identifier_digests()]
    entry = journal().append(JOURNAL_KIND, {"digests": digests, "reason": str(reason)}, at=clock.now())
    _apply(subject, entry)


def _apply(subject: Subject, entry: JournalEntry) -> None:
    subject.restricted_at = subject.restriction_changed_at = entry.at
    subject.restriction_reason = entry.data["reason"]
    subject.save(update_fields=["restricted_at", "restriction_changed_at", "restriction_reason"])


@transaction.atomic
def replay_restriction(entry: JournalEntry) -> int:
    """Block again whoever an entry's digests lead to, unless something newer is known, and await the others.

    How many were blocked or are awaited now.
    """
    people = undecided_since(entry)
    for subject in people:
        _apply(subject, entry)
        record(None, actions.RESTRICT, subject, reason=entry.data["reason"], replayed=True)
    return len(people) + await_people(entry)


def undecided_since(entry: JournalEntry) -> list[Subject]:
    """People of an entry's digests whose blocking was not decided upon since; their rows locked."""
    digests = [bytes.fromhex(digest) for digest in entry.data["digests"]]
    people = Subject.objects.with_digests(digests).order_by("pk").select_for_update(of=("self",))
    return [person for person in people if (changed := person.restriction_changed_at) is None or changed < entry.at]
