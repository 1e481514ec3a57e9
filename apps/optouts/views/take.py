"""Taking an opt-out at the desk: a number, a look at what it means, Enter."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.errors import NotPossible
from apps.optouts.forms import ScopeForm, TakeForm
from apps.optouts.models import Suppression
from apps.optouts.services.addresses import Address
from apps.optouts.services.take import take_optout
from apps.optouts.services.take_from_person import NoAddress, take_from_person
from apps.subjects.models import Subject
from apps.subjects.views.acting import PersonAct
from apps.subjects.views.desk import desk_page, staff

MAY_TAKE = "optouts.take_optout"


def take(request: HttpRequest) -> HttpResponse:
    """The form; with a POST what it means; with a POST of `confirm` the act. `typed` alone may come from a search."""
    actor = staff(request, MAY_TAKE)
    if request.method != "POST":
        return _page(request, TakeForm())
    form = TakeForm({**ScopeForm.defaults(), **request.POST.dict()})
    if not form.is_valid():
        return _page(request, form)
    address: Address = form.cleaned_data["typed"]
    person = Subject.objects.with_digests([address.digest]).first()
    if "confirm" not in request.POST:
        return _page(request, form, **_preview(address, form, person))
    take_optout(actor=actor, kind=address.kind, digest=address.digest, value=address.value, **form.scope())
    messages.success(request, _told(address.masked, form))
    if person is not None and actor.has_perm("subjects.view_subject"):
        return redirect("admin:subjects_subject_change", person.pk)
    return redirect("admin:optouts_take")


def _preview(address: Address, form: TakeForm, person: Subject | None) -> dict[str, Any]:
    chosen = [(name, form[name].value()) for name in ("typed", "channel", "purpose", "sender", "medium", "note")]
    stopped = Suppression.objects.of([address.digest]).order_by("-created_at")[:10]
    return {"address": address, "chosen": chosen, "person": person, "scope": form.words(), "stopped": stopped}


def _told(whom: str, form: ScopeForm) -> str:
    told = _("Stopped for %(whom)s: %(purpose)s · %(channel)s · %(sender)s. Only the person can lift it.")
    return told % {"whom": whom, **form.words()}


def _page(request: HttpRequest, form: TakeForm, **context: Any) -> HttpResponse:
    words = {"title": _("Take an opt-out"), "form": form, "opts": None}
    return desk_page(request, "optouts/take.html", {**words, **context})


class TakeFromPerson(PersonAct):
    """The refusal of a person whose page is open."""

    permission = MAY_TAKE
    form_class = ScopeForm
    title = gettext_lazy("Take an opt-out")
    explanation = gettext_lazy("For every number and address of this person. Only the person can lift it.")
    button = gettext_lazy("Stop it")

    def act(self, actor: User, subject: Subject, values: dict[str, Any]) -> None:
        """Take."""
        try:
            take_from_person(actor=actor, subject=subject, **values)
        except NoAddress:
            raise NotPossible(_("This channel reaches none of the person's addresses. Choose another one.")) from None

    done = gettext_lazy("Stopped. Only the person can lift it.")
