"""Destroying records that may be held no longer."""

from datetime import datetime

from django.db.models import Q

from apps.accounts.models import User
from apps.audit.services import record
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
