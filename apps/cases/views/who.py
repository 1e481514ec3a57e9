"""Who asks: whether it is known that they are who they say they are, and who else asks the same."""

from typing import Any

from apps.accounts.models import User
from apps.cases import forms
from apps.cases.choices import Delivery
from apps.cases.kinds import WORK
from apps.cases.models import Case, Verification
from apps.cases.services.confirm import MAY_VERIFY
from apps.cases.services.send_code import known_address

MOST_TWINS = 5


def who_asks(case: Case, user: User) -> dict[str, Any]:
    """What the panel of a case's page shows, and the forms of its dialogs for whoever may verify."""
    attempts = case.verifications.select_related("done_by")
    shown = {"verifications": attempts.done().order_by("done_at"), "waiting_code": _waiting(case), **_twins(case, user)}
    if not (case.is_open and user.has_perm(MAY_VERIFY)):
        return {**shown, "may_verify": False}
    send = forms.CodeToForm(prefix="send-code", case=case)
    given = {"send_code_form": send, "sendable": bool(send.held), "code_form": forms.CodeForm(prefix="code")}
    given |= {"token_form": forms.TokenForm(prefix="token"), "papers_form": forms.PapersForm(prefix="papers")}
    return {**shown, **given, "may_verify": True}


def _waiting(case: Case) -> dict[str, Any] | None:
    """The code that may be said now, and where it went."""
    attempt = case.verifications.waiting().order_by("-asked_at", "-pk").first()
    if attempt is None:
        return None
    return {"row": attempt, "masked": _masked(attempt), "lost": attempt.delivery == Delivery.FAILED}


def _masked(attempt: Verification) -> str:
    address = known_address(attempt)
    return address.masked if address else ""


def _twins(case: Case, user: User) -> dict[str, Any]:
    """Open cases that ask the same; `first` is the one that wins over this one, `behind` those that it wins over."""
    if not case.is_open or not case.workflow.duplicate:
        return {"first": None, "behind": [], "alike": [], "may_close_twins": False}
    twins = list(Case.objects.twins_of(case)[:MOST_TWINS])
    won = case.verified_at is not None
    first = next((twin for twin in twins if twin.verified_at is not None and twin.comes_before(case)), None)
    behind = [twin for twin in twins if won and case.comes_before(twin)]
    rest = [twin for twin in twins if twin != first and twin not in behind]
    step = case.workflow.transition(case.workflow.duplicate)
    may = user.has_perm(WORK) and user.has_perm(step.permission)
    return {"first": first, "behind": behind, "alike": rest, "may_close_twins": may}
