"""Saying that an event was recorded wrongly: by a further event, for what was recorded stays."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.consents import actions
from apps.consents.choices import State
from apps.consents.models import ConsentEvent, ConsentNote
from apps.consents.services.journaled import write_journal
from apps.consents.services.settle import settle
from apps.core import clock
from apps.core.errors import NotPossible
from apps.subjects.services.locking import lock


@transaction.atomic
def correct(*, actor: User, event: ConsentEvent, medium: str, reason: str) -> ConsentEvent:
    """Add an event by which another one counts at no moment. What followed from that one is judged anew; an opt-out
    that followed from it stays, for only the person lifts one.

    `reason` is kept encrypted beside it. Raises NotPossible without one, for a correction and for what was corrected
    already; PermissionDenied.
    """
    require(actor, "consents.correct_consent")
    (subject,) = lock(event.subject)
    event.refresh_from_db()
    if not reason.strip():
        raise NotPossible(_("Say why it was wrong."))
    if event.corrects_id or not event.counts:
        raise NotPossible(_("This was corrected already."))
    now = clock.now()
    correction = ConsentEvent(
        subject=subject, purpose=event.purpose, channel=event.channel, state=State.INVALIDATED, medium=medium,
        occurred_at=now, recorded_at=now, actor=actor, corrects=event, counts=False,
    )  # fmt: skip
    write_journal(correction)
    correction.save(force_insert=True)
    ConsentNote.objects.create(event=correction, text=reason.strip())
    record(actor, actions.CORRECTED, subject, purpose=event.purpose, was=event.state, said_at=event.occurred_at)
    settle(actor=actor, subject=subject, purposes=[event.purpose])
    return correction
