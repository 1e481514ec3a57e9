"""A code of six digits to an address that is known of the case's person. Who can say it has the address.

Whoever asks from outside learns nothing: a code is made and counted for any address that they name, by one and the same
way, and only the job that would send it looks whether the person is known by this address.
"""

from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.choices import Delivery, Method, VerificationState
from apps.cases.models import Case, Verification
from apps.cases.models.verification import VerificationQuerySet
from apps.cases.services.confirm import HOUR, MAY_VERIFY, hold_unverified
from apps.core import clock, sending
from apps.core.choices import IdentifierKind
from apps.core.codes import POSTED_FIELDS
from apps.core.errors import NotPossible
from apps.subjects.models import Identifier

MOST_AN_HOUR = 6  # for a case, and for an address
# Of these, so many can be asked for from outside: nobody there can use up what staff may send.
MOST_FROM_OUTSIDE = 3
METHODS = {IdentifierKind.PHONE: Method.PHONE, IdentifierKind.EMAIL: Method.EMAIL}


class TooManyCodes(NotPossible):
    """As many codes as an hour may have."""


@transaction.atomic
def send_code(case: Case, *, actor: User, address: Identifier) -> Verification:
    """Make a code for an address of the case's person; the caller queues its sending.

    Raises NotPossible for an address that is not theirs, TooManyCodes, PermissionDenied.
    """
    require(actor, MAY_VERIFY)
    row = hold_unverified(case)
    if row.subject is None or address.subject_id != row.subject_id or address.kind not in METHODS:
        raise NotPossible(_("This is no known address of the person."))
    language = row.subject.language or settings.LANGUAGE_CODE
    return _make(row, actor, address.kind, bytes(address.digest), language)


@transaction.atomic
def ask_code(case: Case, *, kind: str, digest: bytes, language: str) -> Verification:
    """Make a code because somebody outside asked for one to the address with this digest, known or not; the caller
    queues its sending. Raises NotPossible, TooManyCodes.
    """
    return _make(hold_unverified(case), None, kind, digest, language)


def _make(row: Case, actor: User | None, kind: str, digest: bytes, language: str) -> Verification:
    _require_rest(row, actor, digest)
    row.verifications.filter(state=VerificationState.OPEN).update(state=VerificationState.FAILED, code=None)
    made = Verification.objects.create(
        case=row, method=METHODS[IdentifierKind(kind)], delivery=Delivery.QUEUED, address_digest=digest,
        language=language, asked_by=actor,
    )  # fmt: skip
    made.post()
    made.save(update_fields=POSTED_FIELDS)
    record(actor, actions.CODE_ASKED, row, method=made.method)
    return made


def _require_rest(row: Case, actor: User | None, digest: bytes) -> None:
    """Few codes went to this address, and for this case, in the last hour. Who counts an address holds it meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
    for asked in (Verification.objects.filter(case=row), Verification.objects.filter(address_digest=digest)):
        if _spent(asked.codes().asked_within(HOUR), actor):
            raise TooManyCodes(_("Codes were asked for too often. Wait an hour, or verify them another way."))


def _spent(codes: VerificationQuerySet, actor: User | None) -> bool:
    if actor is None and codes.filter(asked_by=None).count() >= MOST_FROM_OUTSIDE:
        return True
    return codes.count() >= MOST_AN_HOUR


def known_address(attempt: Verification) -> Identifier | None:
    """The address of a code, as long as it is one of the case's person. Asks the database also where nobody is named:
    it takes as long.
    """
    held = Identifier.objects.filter(kind=attempt.address_kind, digest=attempt.address_digest)
    return held.filter(subject_id=attempt.case.subject_id or 0).first()


def deliver_code(*, verification_id: int) -> None:
    """Send a code that is on its way; one that counts no more is left alone. Nothing is locked while it is sent: how
    long that takes must be felt by nobody who says a code meanwhile.

    Raises sending.Unavailable when trying again later may help.
    """
    queued = Verification.objects.waiting().filter(pk=verification_id, delivery=Delivery.QUEUED)
    attempt = queued.select_related("case").first()
    address = known_address(attempt) if attempt else None
    if attempt is None or attempt.code is None or address is None:
        _settle(verification_id, Delivery.FAILED)
        return
    taken = sending.hand_over(address.kind, _message(attempt, address))
    _settle(verification_id, Delivery.DONE if taken else Delivery.FAILED)


def give_up_code(*, verification_id: int) -> None:
    """Say that a code could not be handed over, however often it was tried."""
    _settle(verification_id, Delivery.FAILED)


@transaction.atomic
def _settle(verification_id: int, delivery: Delivery) -> None:
    """Keep what became of it; the code itself is needed no more."""
    rows = Verification.objects.select_for_update(of=("self",)).select_related("case")
    attempt = rows.filter(pk=verification_id, delivery=Delivery.QUEUED).first()
    if attempt is None:
        return
    attempt.delivery, attempt.code = delivery, None
    attempt.sent_at = clock.now() if delivery == Delivery.DONE else None
    attempt.save(update_fields=["delivery", "code", "sent_at"])
    record(None, actions.CODE_SENT, attempt.case, method=attempt.method, delivery=delivery)


def _message(attempt: Verification, address: Identifier) -> sending.Message:
    context: dict[str, Any] = {
        "operator": settings.OPERATOR_NAME, "code": attempt.code, "reference": attempt.case.reference,
        "until": localtime(attempt.expires_at),
    }  # fmt: skip
    with translation.override(attempt.language or settings.LANGUAGE_CODE):
        text = render_to_string("cases/code.txt", context).strip()
        subject = _("Your code for the request %(reference)s") % {"reference": attempt.case.reference}
    return sending.Message(to=address.value, text=text, subject=subject, id=attempt.key)
