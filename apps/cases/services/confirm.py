"""Who asks is who they say they are: by their operator's token, or by papers that a member of staff has seen."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.choices import Method, PaperKind, VerificationState
from apps.cases.models import Case, Verification
from apps.cases.services.taking_hold import changed, hold
from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.core.codes import MOST_TRIES
from apps.core.errors import NotPossible
from apps.subjects.models import Identifier

MAY_VERIFY = "cases.verify_case"
HOUR = timedelta(hours=1)


def hold_unverified(case: Case) -> Case:
    """A fresh row of an open case whose person is not verified, locked. Raises NotPossible."""
    row = hold(case, None)
    if not row.is_open:
        raise NotPossible(_("The case is closed."))
    if row.verified_at is not None:
        raise NotPossible(_("The person is verified already."))
    return row


@transaction.atomic
def confirm_by_token(case: Case, *, actor: User, token: str) -> bool:
    """Compare the token that the person said with the one that is theirs now; whether it is, and so who asks verified.

    A wrong one is kept as a failed attempt, so nothing is raised for it. Raises NotPossible after MOST_TRIES of them
    within an hour, or where nobody is named; PermissionDenied.
    """
    require(actor, MAY_VERIFY)
    row = hold_unverified(case)
    if row.subject_id is None:
        raise NotPossible(_("Name the person first: the token is compared with theirs."))
    tried = row.verifications.filter(method=Method.TOKEN).asked_within(HOUR)
    if tried.count() >= MOST_TRIES:
        raise NotPossible(_("Wrong tokens were said too often. Wait an hour, or verify them another way."))
    attempt = Verification(case=row, method=Method.TOKEN, asked_by=actor)
    if _is_theirs(row, token):
        set_verified(row, attempt, actor)
        return True
    attempt.state = VerificationState.FAILED
    attempt.save()
    record(actor, actions.UNPROVEN, row, method=Method.TOKEN)
    return False


def _is_theirs(case: Case, token: str) -> bool:
    """Whether it is the person's token by digest, and not one that another has replaced."""
    try:
        value = identifiers.normalise(IdentifierKind.TOKEN, token)
    except identifiers.Unusable:
        return False
    digest = identifiers.digest(IdentifierKind.TOKEN, value)
    held = Identifier.objects.filter(subject=case.subject_id, kind=IdentifierKind.TOKEN, replaced_at=None)
    return held.filter(digest=digest).exists()


@transaction.atomic
def confirm_by_papers(case: Case, *, actor: User, papers: str) -> Case:
    """`actor` has seen papers of this kind; no number and no copy of them is kept.

    Also where the person is verified already: a representative's powers are shown by papers alone. Raises NotPossible
    for a closed case, PermissionDenied.
    """
    require(actor, MAY_VERIFY)
    row = hold(case, None)
    if not row.is_open:
        raise NotPossible(_("The case is closed."))
    attempt = Verification(case=row, method=Method.PAPERS, papers=PaperKind(papers), asked_by=actor)
    return set_verified(row, attempt, actor)


def set_verified(row: Case, attempt: Verification, actor: User | None) -> Case:
    """An attempt succeeded: the held case's person is verified, since the first time that one did.

    Codes that are still on their way count no more.
    """
    now = clock.now()
    attempt.state, attempt.done_at, attempt.done_by = VerificationState.DONE, now, actor
    attempt.save()
    row.verifications.filter(state=VerificationState.OPEN).update(state=VerificationState.FAILED, code=None)
    row.verified_at = row.verified_at or now
    changed(row)
    facts = {"papers": attempt.papers} if attempt.papers else {}
    record(actor, actions.VERIFIED, row, method=attempt.method, **facts)
    return row
