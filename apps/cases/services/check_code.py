"""Comparing the code that somebody says with the one that was sent."""

import hmac
import unicodedata
from enum import Enum

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.choices import Delivery, VerificationState
from apps.cases.models import Case, Verification
from apps.cases.models.verification import MOST_TRIES
from apps.cases.services.confirm import MAY_VERIFY, hold_unverified, set_verified
from apps.cases.services.send_code import code_mac, known_address


class Checked(Enum):
    """What came of a code that was said."""

    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"  # no code counts any more: none was asked for, its time is over, or it was tried too often


@transaction.atomic
def check_code(case: Case, *, actor: User | None, code: str) -> Checked:
    """Compare it with the case's latest code; where it is right, who asks is verified. `actor` is None for the person.

    Every try counts, so nothing is raised for a wrong one, which the caller's transaction would take back. Those who
    try at once wait for each other: nobody has more than MOST_TRIES. A code that never went out, because the address
    is not known of the person, is wrong whatever is said. Raises NotPossible, PermissionDenied.
    """
    if actor is not None:
        require(actor, MAY_VERIFY)
    row = hold_unverified(case)
    attempt = row.verifications.waiting().order_by("-asked_at", "-pk").select_for_update(of=("self",)).first()
    if attempt is None:
        return Checked.SPENT
    attempt.tries += 1
    if _is_right(attempt, code):
        set_verified(row, attempt, actor)
        return Checked.RIGHT
    if attempt.tries >= MOST_TRIES:
        attempt.state, attempt.code = VerificationState.FAILED, None
    attempt.save()
    record(actor, actions.CODE_WRONG, row, method=attempt.method, tries=attempt.tries)
    return Checked.WRONG


def _is_right(attempt: Verification, code: str) -> bool:
    said = "".join(letter for letter in unicodedata.normalize("NFKC", code) if letter.isascii() and letter.isdigit())
    same = hmac.compare_digest(bytes(attempt.code_mac or b""), code_mac(attempt, said))
    known = known_address(attempt) is not None  # whatever was said: it takes as long
    return same and known and attempt.delivery != Delivery.FAILED
