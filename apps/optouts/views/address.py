"""One address, known or not: what may be sent to it, and who refused what when. By POST, so that it stands nowhere."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from apps.optouts.forms import FindForm
from apps.optouts.history import history_of
from apps.optouts.models import OptOutNote, Suppression
from apps.optouts.presenting import channel_states
from apps.optouts.services.addresses import Address
from apps.optouts.services.read_note import read_note
from apps.subjects.forms import RevealForm
from apps.subjects.models import Identifier
from apps.subjects.views.desk import desk_page, staff


@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """The opt-outs of one address."""
    staff(request, "optouts.view_suppression")
    form = FindForm(request.POST or None)
    context = {"title": _("Opt-outs of an address"), "opts": None}
    if not form.is_valid():
        error = next(iter(form.errors.get("typed", [])), "")
        return desk_page(request, "optouts/address.html", {**context, "error": error})
    address: Address = form.cleaned_data["typed"]
    person = Identifier.objects.filter(digest=address.digest).values_list("subject_id", flat=True).first()
    states = channel_states(address.kind, address.digest, list(Suppression.objects.concerning(address.digest)))
    shown = {
        "address": address, "typed": request.POST["typed"], "digest": address.digest.hex(), "person": person,
        "channels": states, "history": history_of([address.digest], {}),
    }  # fmt: skip
    return desk_page(request, "optouts/address.html", {**context, **shown})


@never_cache
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What somebody said: the question why, and by POST the words."""
    actor = staff(request, "subjects.reveal_subject")
    if not OptOutNote.objects.filter(event_id=pk).exists():
        raise Http404(_("There is no such note."))
    form = RevealForm(request.POST or None)
    context = {"title": _("In their words"), "opts": None, "form": form}
    if form.is_valid():
        context["text"] = read_note(actor=actor, event=pk, reason=form.cleaned_data["reason"])
    return desk_page(request, "optouts/note.html", context)
