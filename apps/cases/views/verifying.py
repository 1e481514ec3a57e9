"""Verifying who asks, while they are on the phone or at the desk; and closing what is asked twice."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from apps.accounts.models import User
from apps.cases import forms
from apps.cases.kinds import WORK
from apps.cases.models import Case
from apps.cases.services.check_code import check_code
from apps.cases.services.confirm import MAY_VERIFY, confirm_by_papers, confirm_by_token
from apps.cases.services.duplicate import close_as_duplicate
from apps.cases.services.send_code import send_code
from apps.cases.tasks import deliver_code
from apps.cases.views.acting import CaseAct
from apps.cases.views.case import case_or_404
from apps.core.codes import Answer

_VERIFIED = gettext_lazy("The person is verified.")
_SPENT = gettext_lazy("No code counts any more. Send a new one.")
_WRONG = gettext_lazy("This is not the code. After five tries it counts no more.")


@method_decorator(sensitive_post_parameters(), name="dispatch")
class Verify(CaseAct):
    """What is said stays out of error reports."""

    permission = MAY_VERIFY
    anchor = "who"


class SendCode(Verify):
    """A code to an address that is known of the person."""

    prefix = "send-code"
    form_class = forms.CodeToForm
    title = gettext_lazy("Send a code")
    explanation = gettext_lazy("Six digits that count for ten minutes. Ask the person to read them to you.")
    done = gettext_lazy("The code is on its way.")

    def form_of(self, case: Case, *data: Any) -> django_forms.Form:
        """With the person's addresses."""
        return forms.CodeToForm(*data[:1], prefix=self.prefix, case=case)

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Make it, and queue its sending."""
        made = send_code(case, actor=actor, address=values["address"])
        deliver_code.defer(verification_id=made.pk)


class CheckCode(Verify):
    """The code that the person reads out."""

    prefix = "code"
    form_class = forms.CodeForm
    title = gettext_lazy("Enter the code")
    explanation = gettext_lazy("Six digits, as the person reads them to you.")
    button = gettext_lazy("Check the code")
    done = _VERIFIED

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> Promise | None:
        """Compare it; a wrong try counts."""
        answer = check_code(case, actor=actor, code=values["code"])
        return {Answer.WRONG: _WRONG, Answer.GONE: _SPENT}.get(answer)


class Token(Verify):
    """The token that the person reads out."""

    prefix = "token"
    form_class = forms.TokenForm
    title = gettext_lazy("Check the token")
    explanation = gettext_lazy("Ask the person to read the token out of their application. Don't say it to them.")
    done = _VERIFIED

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> str | None:
        """Compare it; a wrong one counts."""
        if confirm_by_token(case, actor=actor, token=values["token"]):
            return None
        return _("This is not the person's token.")


class Papers(Verify):
    """Papers that this member of staff has seen."""

    prefix = "papers"
    form_class = forms.PapersForm
    title = gettext_lazy("Papers seen")
    explanation = gettext_lazy("You say by your name that you have seen them. Write no number of theirs anywhere.")
    button = gettext_lazy("I have seen them")
    done = _VERIFIED

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Confirm."""
        confirm_by_papers(case, actor=actor, papers=values["papers"])


class Duplicate(CaseAct):
    """Close this case because another one asks the same."""

    permission = WORK
    form_class = forms.SeenForm
    prefix = "duplicate"
    title = gettext_lazy("Close as asked twice")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The other case is part of the address."""
        self.other_pk = kwargs["other"]
        return super().dispatch(request, *args, **kwargs)

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Link and close."""
        close_as_duplicate(case, actor=actor, other=case_or_404(self.other_pk), seen=values["seen"])

    def afterwards(self, request: HttpRequest, case: Case) -> HttpResponse:
        """On to the other one, in which work goes on."""
        other = case_or_404(self.other_pk)
        facts = {"closed": case.reference, "other": other.reference}
        messages.success(request, _("%(closed)s is closed; work goes on in %(other)s.") % facts)
        return super().afterwards(request, other)
