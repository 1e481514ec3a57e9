"""Cases that belong together, the person whom a case is about, and leave to see its texts."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.choices import LinkKind, VerificationState
from apps.cases.kinds import WORK
from apps.cases.models import Case, CaseLink, Reading
from apps.cases.services.attach import MAY_READ
from apps.cases.services.taking_hold import changed, hold
from apps.core import clock
from apps.core.errors import NotPossible
from apps.subjects.models import Subject
from apps.subjects.services.locking import lock


@transaction.atomic
def link_cases(case: Case, *, actor: User | None, other: Case, kind: str) -> CaseLink:
    """Say that two cases belong together; it is recorded on both. `actor` is None for what came in as an answer to
    another. Raises NotPossible, PermissionDenied.
    """
    if actor is not None:
        require(actor, WORK)
    if case.pk == other.pk:
        raise NotPossible(_("A case can't be linked with itself."))
    both = [case.pk, other.pk]
    rows = {row.pk: row for row in Case.objects.filter(pk__in=both).order_by("pk").select_for_update(of=("self",))}
    if CaseLink.objects.filter(first__in=both, second__in=both).exists():
        raise NotPossible(_("These two are linked already."))
    link = CaseLink.objects.create(first_id=case.pk, second_id=other.pk, kind=LinkKind(kind))
    record(actor, actions.LINKED, rows[case.pk], other=other.reference, link=link.kind)
    record(actor, actions.LINKED, rows[other.pk], other=case.reference, link=link.kind)
    return link


@transaction.atomic
def unlink(*, actor: User, link: CaseLink) -> None:
    """Take a link back. Raises PermissionDenied."""
    require(actor, WORK)
    record(actor, actions.UNLINKED, link.first, other=link.second.reference, link=link.kind)
    record(actor, actions.UNLINKED, link.second, other=link.first.reference, link=link.kind)
    link.delete()


@transaction.atomic
def concern(case: Case, *, actor: User, subject: Subject, seen: int | None) -> Case:
    """Say whom a case is about; somebody else has to be verified anew.

    Raises Overtaken, NotPossible for somebody who is gone, PermissionDenied.
    """
    require(actor, WORK)
    (subject,) = lock(subject)
    row = hold(case, seen)
    if not row.is_open:
        raise NotPossible(_("The case is closed."))
    if row.subject_id != subject.pk:
        row.verified_at = None
        row.verifications.filter(state=VerificationState.OPEN).update(state=VerificationState.FAILED, code=None)
    row.subject = subject
    changed(row)
    record(actor, actions.CONCERNS, row, whom=subject.reference)
    return row


@transaction.atomic
def read(case: Case, *, actor: User) -> Reading:
    """Leave to see the texts of a case for REVEAL_MINUTES; it is recorded (P18). Raises PermissionDenied."""
    require(actor, MAY_READ)
    minutes = settings.REVEAL_MINUTES
    leave = Reading.objects.create(case_id=case.pk, user=actor, until=clock.now() + timedelta(minutes=minutes))
    record(actor, actions.READ, Case.objects.get(pk=case.pk), minutes=minutes)
    return leave
