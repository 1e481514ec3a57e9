"""Who has to agree again, and recording that they are asked."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from apps.accounts.acting import Decision
from apps.accounts.models import User
from apps.consents import tasks
from apps.consents.forms import AskForm
from apps.consents.models import Asking, ConsentFigure
from apps.consents.reconsent import Shown, shown_widenings
from apps.consents.services.ask_again import begin_asking, take_up_asking
from apps.consents.views.figures import MAY_LOOK
from apps.core.errors import NotPossible
from apps.subjects.views.desk import desk_page, staff


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Every widened purpose, with how far it is."""
    staff(request, MAY_LOOK)
    found = shown_widenings()
    context = {
        "title": _("Re-consent"), "opts": None, "newest": ConsentFigure.objects.newest(),
        "shown": [(one, _ask_form(number, one)) for number, one in enumerate(found)],
        "busy": any(one.running and not one.running.stands_still for one in found),
    }  # fmt: skip
    return desk_page(request, "consents/reconsent.html", context)


def _ask_form(number: int, shown: Shown) -> AskForm:
    about = {"edition": shown.widening.edition.pk, "purpose": shown.widening.purpose}
    form = AskForm(initial=about, auto_id=f"ask-{number}-%s")
    if not shown.by_channel:
        del form.fields["channel"]
    return form


def ask(request: HttpRequest) -> HttpResponse:
    """By POST: a worker records that everybody on a list is asked."""
    actor = staff(request, "consents.ask_consent")
    if request.method != "POST":
        raise Http404
    form = AskForm(request.POST)
    try:
        if not form.is_valid():
            raise NotPossible(next(str(errors[0]) for errors in form.errors.values()))
        said = dict(form.cleaned_data)
        with transaction.atomic():
            asking = begin_asking(actor=actor, edition_id=said.pop("edition"), **said)
            tasks.run_asking.defer(asking_id=asking.pk)
    except NotPossible as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("It is being recorded that they are asked."))
    return redirect("admin:consents_reconsent")


class TakeUp(Decision):
    """Another worker goes on with an asking that stands still."""

    permission = "consents.ask_consent"
    done = gettext_lazy("It goes on where it stopped.")

    def found(self, pk: int) -> Asking:
        """The asking."""
        asking = Asking.objects.filter(pk=pk).first()
        if asking is None:
            raise Http404(_("There is no such asking."))
        return asking

    def decide(self, actor: User, thing: Asking, given: dict[str, Any]) -> None:
        """Go on, and queue the work."""
        tasks.run_asking.defer(asking_id=take_up_asking(actor=actor, asking_id=thing.pk).pk)

    def after(self, thing: Asking) -> HttpResponse:
        """Back to the page."""
        return redirect("admin:consents_reconsent")
