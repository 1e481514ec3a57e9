"""Recording what a person permits, refuses or takes back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.consents import actions
from apps.consents.choices import ENDING, Medium, State
from apps.consents.models import ConsentEvent
from apps.consents.services.enforce import destroy_unpermitted
from apps.core import clock
from apps.policies.registry import PURPOSE_BY_CODE
from apps.subjects.errors import NotPossible
from apps.subjects.models import Subject
from apps.subjects.services.locking import lock


@transaction.atomic
def record_consent(
    *, actor: User, subject: Subject, purpose: str, state: str, medium: str, occurred_at: datetime | None = None
) -> ConsentEvent:
    """Add an event of a person; what its end must not leave behind is destroyed in the same transaction.

    `purpose` is a code of the register, `occurred_at` when they said it (now). An end is always taken (P08). Raises
    NotPossible when somebody has just recorded the same, or for a moment to come; PermissionDenied.
    """
    require(actor, "consents.record_consent")
    (subject,) = lock(subject)
    now = clock.now()
    event = ConsentEvent(
        subject=subject, purpose=PURPOSE_BY_CODE[purpose].code, state=State(state), medium=Medium(medium),
        occurred_at=occurred_at or now, recorded_at=now, actor=actor,
    )  # fmt: skip
    _require_sense(event)
    event.save(force_insert=True)
    facts = {"purpose": event.purpose, "state": event.state, "medium": event.medium, "said_at": event.occurred_at}
    record(actor, actions.RECORDED, subject, **facts)
    destroy_unpermitted(actor=actor, subject=subject, purpose=event.purpose)
    return event


def _require_sense(event: ConsentEvent) -> None:
    if event.occurred_at > event.recorded_at:
        raise NotPossible(_("This moment lies in the future."))
    latest = ConsentEvent.objects.about(event.subject, event.purpose).first()
    if latest is None or latest.state != event.state or latest.occurred_at > event.occurred_at:
        return
    if event.state == State.GIVEN:
        raise NotPossible(_("This permission is given already."))
    if event.state in ENDING:
        raise NotPossible(_("This is recorded already."))
