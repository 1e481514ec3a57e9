"""Destroying records that may be held no longer."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from apps.accounts.models import User
from apps.audit.services import prepare, record, record_all
from apps.policies.registry import CATEGORY_CODES
from apps.subjects import actions
from apps.subjects.models import PersonalRecord, Subject


def destroy_records(*, actor: User | None, subject: Subject, category: str, before: datetime | None = None) -> int:
    """Delete a locked person's records of a data category, in the caller's transaction; how many there were.

    With `before` only those that are true as of an earlier moment. The caller has checked the permission. Raises
    ValueError for an unknown category.
    """
    if category not in CATEGORY_CODES:
        raise ValueError(category)
    early = Q(observed_at__lt=before) if before else Q()
    gone = subject.records.filter(early, category=category).delete()[1]  # what was kept for undoing goes too
    destroyed: int = gone.get(PersonalRecord._meta.label, 0)
    if destroyed:
        record(actor, actions.DESTROY_RECORDS, subject, category=category, records=destroyed)
    return destroyed


def destroy_chosen(*, actor: User | None, records: Sequence[int], category: str) -> int:
    """Delete these records, by primary key, of locked people, all of one data category; how many there were.

    In the caller's transaction, who has checked the permission; with an audit entry for each person.
    """
    chosen = PersonalRecord.objects.filter(pk__in=records, category=category)
    people = Counter(chosen.order_by().values_list("subject_id", flat=True))
    chosen.delete()
    record_all(
        prepare(actor, actions.DESTROY_RECORDS, Subject(pk=pk), category=category, records=count)
        for pk, count in sorted(people.items())
    )
    return people.total()
