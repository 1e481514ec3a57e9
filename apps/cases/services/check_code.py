"""Comparing the code that somebody says with the one that was sent."""

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.choices import Delivery, VerificationState
from apps.cases.models import Case, Verification
from apps.cases.services.confirm import MAY_VERIFY, hold_unverified, set_verified
from apps.cases.services.send_code import known_address
from apps.core.codes import Answer


@transaction.atomic
def check_code(case: Case, *, actor: User | None, code: str) -> Answer:
    """Compare it with the case's latest code; where it is right, who asks is verified. `actor` is None for the person.

    Every try counts, so nothing is raised for a wrong one, which the caller's transaction would take back. Those who
    try at once wait for each other: nobody has more tries than a code has. A code that never went out, because the
    address is not known of the person, is wrong whatever is said. Raises NotPossible, PermissionDenied.
    """
    if actor is not None:
        require(actor, MAY_VERIFY)
    row = hold_unverified(case)
    attempt = row.verifications.waiting().order_by("-asked_at", "-pk").select_for_update(of=("self",)).first()
    if attempt is None:
        return Answer.GONE
    answer = attempt.guess(code if _went_out(attempt) else "")
    if answer == Answer.RIGHT:
        set_verified(row, attempt, actor)
        return answer
    if answer == Answer.GONE:
        attempt.state, attempt.code = VerificationState.FAILED, None
    attempt.save()
    record(actor, actions.CODE_WRONG, row, method=attempt.method, tries=attempt.code_tries)
    return answer


def _went_out(attempt: Verification) -> bool:
    """Whether the person can have the code: it is on its way, or there, at an address that is still theirs."""
    known = known_address(attempt) is not None  # asked in any case: it takes as long
    return known and attempt.delivery != Delivery.FAILED
