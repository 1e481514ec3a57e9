"""What a person does about their own request, on its status page. The request's secret is their leave."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.cases.models import Case, Verification
from apps.cases.services.check_code import check_code
from apps.cases.services.move import move
from apps.cases.services.send_code import METHODS, ask_code
from apps.core.codes import Answer
from apps.core.errors import NotPossible
from apps.optouts.choices import Medium
from apps.optouts.services.take_from_person import NoAddress, take_from_person
from apps.support.choices import Status, Topic
from apps.support.models import SupportRequest


def ask_own_code(request: SupportRequest) -> Verification:
    """Ask for a code to the address that the request names; the caller queues its sending.

    Raises NotPossible where it names none that a code could go to, TooManyCodes.
    """
    if request.contact_digest is None or request.contact_kind not in METHODS:
        raise NotPossible(_("No code can be sent for this request."))
    return ask_code(request, kind=request.contact_kind, digest=bytes(request.contact_digest), language=request.language)


@transaction.atomic
def check_own_code(request: SupportRequest, *, code: str) -> Answer:
    """Compare the code that the person typed. Where it is right, who asked for no advertising gets none from now on.

    Raises NotPossible.
    """
    answer = check_code(request, actor=None, code=code)
    if answer == Answer.RIGHT and request.topic == Topic.UNSUBSCRIBE:
        _stop_advertising(Case.objects.select_related("subject").get(pk=request.pk))
    return answer


def _stop_advertising(case: Case) -> None:
    """On every address of the person, who is verified; a request that somebody works on already stays with them."""
    assert case.subject is not None  # or no code could have been right
    try:
        take_from_person(actor=None, subject=case.subject, medium=Medium.FORM)
    except NoAddress:
        return
    if case.status == Status.NEW:
        move(case, "settle", actor=None, seen=None)


@transaction.atomic
def withdraw_own(request: SupportRequest) -> Case:
    """The person no longer asks for it. Raises NotPossible when it is closed already."""
    if not Case.objects.get(pk=request.pk).is_open:
        raise NotPossible(_("The request is closed already."))
    return move(request, "withdraw", actor=None, seen=None)
