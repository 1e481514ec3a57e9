"""Restriction: the data of a request's person is blocked because they ask for it, and unblocked when it is settled."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases.kinds import WORK
from apps.cases.services.taking_hold import changed
from apps.cases.services.write import add_note
from apps.core import clock
from apps.core.errors import NotPossible
from apps.subjects.choices import RestrictionReason
from apps.subjects.services.release import release
from apps.subjects.services.restrict import restrict
from apps.support import actions
from apps.support.models import Blocking, SupportRequest
from apps.support.services.holding import hold_with_person, require_open

BLOCK = "subjects.restrict_subject"


@transaction.atomic
def block(
    request: SupportRequest, *, actor: User, reason: str, seen: int | None, unverified_because: str = ""
) -> Blocking:
    """Block the data of the request's person for a RestrictionReason; it is recorded on the case and on the person.

    Blocking destroys and discloses nothing, so that it may be done before the person is verified, for a reason that is
    kept as a note. Raises Overtaken, NotPossible, JournalUnavailable, PermissionDenied.
    """
    require(actor, WORK)
    require(actor, BLOCK)
    case, subject = hold_with_person(request, seen)
    require_open(case)
    if Blocking.objects.filter(request_id=case.pk, lifted_at__isnull=True).exists():
        raise NotPossible(_("This request blocks the data already."))
    verified = case.verified_at is not None
    if not verified and not unverified_because.strip():
        raise NotPossible(_("The person is not verified. Say why the data is blocked all the same."))
    otherwise = subject.restricted and not Blocking.objects.standing(subject.pk).exists()
    if not subject.restricted:
        restrict(actor=actor, subject=subject, reason=RestrictionReason(reason))
    made = Blocking.objects.create(request_id=case.pk, verified=verified, otherwise=otherwise)
    if not verified:
        add_note(case, actor=actor, text=_("Blocked before the person was verified: %s") % unverified_because.strip())
    changed(case)
    record(actor, actions.BLOCKED, case, verified=verified, otherwise=otherwise)
    return made


@transaction.atomic
def lift(request: SupportRequest, *, actor: User, reason: str, seen: int | None) -> bool:
    """End the blocking by this request; whether the person's data is unblocked by it. It stays blocked where another
    request, or whatever blocked it before, still does.

    Raises Overtaken, NotPossible, JournalUnavailable, PermissionDenied.
    """
    require(actor, WORK)
    require(actor, BLOCK)
    case, subject = hold_with_person(request, seen)
    row = Blocking.objects.filter(request_id=case.pk, lifted_at__isnull=True).first()
    if row is None:
        raise NotPossible(_("This request doesn't block the data."))
    row.lifted_at = clock.now()
    row.save(update_fields=["lifted_at"])
    others = Blocking.objects.standing(subject.pk)
    if row.otherwise:
        # What blocked it before any request holds for those that came later too.
        others.update(otherwise=True)
    freed = subject.restricted and not row.otherwise and not others.exists()
    if freed:
        release(actor=actor, subject=subject, reason=reason)
    changed(case)
    record(actor, actions.LIFTED, case, still_blocked=subject.restricted and not freed)
    return freed
