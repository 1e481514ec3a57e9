"""What is done for a request: values corrected, data blocked and unblocked, a use stopped, recipients told."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.cases.kinds import WORK
from apps.cases.models import Case
from apps.cases.views.acting import CaseAct
from apps.subjects.views.desk import revealed_to, staff
from apps.support import correcting as own
from apps.support.correcting import RectifyForm
from apps.support.models import SupportRequest, Telling
from apps.support.services.block import BLOCK, block, lift
from apps.support.services.rectify import RECTIFY, rectify, tell
from apps.support.services.stop import stop

ANCHOR = "done"


def _request(case: Case) -> SupportRequest:
    """The request of a case. Raises Http404 for a case of another kind."""
    found = SupportRequest.objects.filter(pk=case.pk).first()
    if not isinstance(found, SupportRequest):
        raise Http404(_("There is no such case."))
    return found


class Work(CaseAct):
    """An act for whoever works on cases and may do this beside."""

    anchor = ANCHOR

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Both permissions."""
        staff(request, WORK)
        return super().dispatch(request, *args, **kwargs)


class Rectify(Work):
    """Correct values."""

    permission = RECTIFY
    form_class = RectifyForm
    title = gettext_lazy("Correct values")
    explanation = gettext_lazy(
        "Fill in what it should be, beside what is wrong; what stays empty is not changed. Before and after are kept "
        "with the request, and whoever had the old value is listed there. What is held is covered here as on the "
        "person's page, until you show it there."
    )
    done = gettext_lazy("The values are corrected. Now tell whoever had the old ones.")

    def form_of(self, case: Case, *data: Any) -> forms.Form:
        """With what is held; values are shown to whoever may see them now."""
        revealed = case.subject_id in revealed_to(self.request)
        return RectifyForm(*data[:1], case=case, revealed=revealed)

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Correct them."""
        form = self.form_of(case, self.request.POST)
        assert isinstance(form, RectifyForm)
        form.is_valid()
        rectify(_request(case), actor=actor, corrections=form.corrections(), seen=values["seen"])


class Block(Work):
    """Block the data."""

    permission = BLOCK
    form_class = own.BlockForm
    prefix = "block"
    title = gettext_lazy("Block the data")
    explanation = gettext_lazy("Blocked data is kept and not used: no list goes to them, and no file changes anything.")
    done = gettext_lazy("The data is blocked.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Block."""
        why = values.get("unverified_because", "")
        block(_request(case), actor=actor, reason=values["reason"], seen=values["seen"], unverified_because=why)


class Lift(Work):
    """Unblock it, as far as this request goes."""

    permission = BLOCK
    form_class = own.LiftForm
    prefix = "lift"
    title = gettext_lazy("End the blocking")
    explanation = gettext_lazy("The data may be used again, unless something else keeps it blocked.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Lift."""
        freed = lift(_request(case), actor=actor, reason=values["reason"], seen=values["seen"])
        told = (
            _("The data is unblocked.") if freed else _("This request blocks it no longer. Something else still does.")
        )
        messages.success(self.request, told)


class Stop(Work):
    """End a use of the data."""

    permission = "optouts.take_optout"
    form_class = own.StopForm
    prefix = "stop"
    title = gettext_lazy("Stop a use")
    explanation = gettext_lazy("Advertising is stopped for every address; anything else by withdrawing the consent.")
    done = gettext_lazy("The use is stopped.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Stop."""
        stop(_request(case), actor=actor, purpose=values["purpose"], seen=values["seen"])


class Tell(Work):
    """Note that a recipient was told."""

    permission = WORK
    form_class = own.TellForm
    prefix = "tell"
    title = gettext_lazy("Note that they were told")
    done = gettext_lazy("It is noted.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Note it."""
        found = Telling.objects.filter(pk=self.kwargs["telling"], rectification__request=case.pk).first()
        if found is None:
            raise Http404(_("There is nobody to be told."))
        tell(found, actor=actor, way=values["way"])
