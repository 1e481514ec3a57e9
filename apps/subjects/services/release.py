"""Unblocking a person's data."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.core.errors import NotPossible
from apps.core.journal import JournalEntry, journal
from apps.subjects import actions
from apps.subjects.choices import ReleaseReason
from apps.subjects.models import Subject
from apps.subjects.services.awaiting import no_longer_await
from apps.subjects.services.locking import lock
from apps.subjects.services.restrict import undecided_since

JOURNAL_KIND = "release"


@transaction.atomic
def release(*, actor: User, subject: Subject, reason: str) -> Subject:
    """Unblock a person's data for a ReleaseReason; in the journal before the database.

    Raises NotPossible when it isn't blocked, JournalUnavailable when the decision can't be made durable.
    """
    require(actor, "subjects.restrict_subject")
    (subject,) = lock(subject)
    if not subject.restricted:
        raise NotPossible(_("The data of %(who)s isn't blocked.") % {"who": subject.reference})
    digests = [digest.hex() for digest in subject.identifier_digests()]
    data = {"digests": digests, "reason": ReleaseReason(reason).value}
    entry = journal().append(JOURNAL_KIND, data, at=clock.now())
    _apply(subject, entry)
    no_longer_await(entry)
    record(actor, actions.RELEASE, subject, reason=reason)
    return subject


def _apply(subject: Subject, entry: JournalEntry) -> None:
    subject.restricted_at, subject.restriction_reason = None, ""
    subject.restriction_changed_at = entry.at
    subject.save(update_fields=["restricted_at", "restriction_changed_at", "restriction_reason"])


@transaction.atomic
def replay_release(entry: JournalEntry) -> int:
    """Unblock again whoever an entry's digests lead to, unless something newer is known; how many were unblocked."""
    people = undecided_since(entry)
    for subject in people:
        was_blocked = subject.restricted
        _apply(subject, entry)
        if was_blocked:
            record(None, actions.RELEASE, subject, reason=entry.data["reason"], replayed=True)
    return len(people) + no_longer_await(entry)
