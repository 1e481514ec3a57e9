"""Showing a person's values to one member of staff, for a reason and some minutes (P18)."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.subjects import actions
from apps.subjects.choices import RevealReason
from apps.subjects.models import Reveal, Subject
from apps.subjects.services.locking import lock


@transaction.atomic
def reveal(*, actor: User, subject: Subject, reason: str, note: str = "") -> Reveal:
    """Leave to see the values of a person for settings.REVEAL_MINUTES; `note` is kept encrypted.

    Every reveal is an audit entry of its own, also a second one while the first is in force.
    """
    require(actor, "subjects.reveal_subject")
    (subject,) = lock(subject)
    minutes = settings.REVEAL_MINUTES
    now = clock.now()
    leave = Reveal.objects.create(
        user=actor,
        subject=subject,
        reason=RevealReason(reason),
        note=note or None,
        created_at=now,
        until=now + timedelta(minutes=minutes),
    )
    record(actor, actions.REVEAL, subject, reason=leave.reason, minutes=minutes)
    return leave


@transaction.atomic
def hide(*, actor: User, subject: Subject) -> None:
    """End one's own leave before its time; nothing happens when there is none."""
    require(actor, "subjects.reveal_subject")
    now = clock.now()
    if Reveal.objects.in_force(actor.pk, now).filter(subject=subject).update(until=now):
        record(actor, actions.HIDE, subject)
