"""Taking opt-outs from a pasted list: the list, a look at what it holds, the act, and what it came to.

What was pasted travels in the form alone, and is read anew each time: it stands in no address, session or log.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from apps.audit.models import Entry
from apps.core.choices import Channel
from apps.optouts import actions
from apps.optouts.choices import Medium
from apps.optouts.forms import ManyForm, ScopeForm
from apps.optouts.models import Suppression
from apps.optouts.services.pasted import Pasted
from apps.optouts.services.take_many import LeftOut, take_many
from apps.optouts.titles import purpose_title, sender_title
from apps.subjects.forms import UNUSABLE
from apps.subjects.views.desk import desk_page, staff

MAY_TAKE_MANY = "optouts.take_many"
MOST_SHOWN = 200
_FIELDS = ("pasted", "channel", "purpose", "sender", "medium", "note")


@never_cache
def many(request: HttpRequest) -> HttpResponse:
    """The form; with a POST what it means; with a POST of `confirm` the act; with one of `edit` the form again."""
    actor = staff(request, MAY_TAKE_MANY)
    if request.method != "POST":
        return _page(request, ManyForm())
    given = {**ScopeForm.defaults(), **request.POST.dict()}
    if "edit" in request.POST:
        return _page(request, ManyForm(initial={name: given.get(name, "") for name in _FIELDS}))
    form = ManyForm(given)
    if not form.is_valid():
        return _page(request, form, status=400)
    pasted: Pasted = form.cleaned_data["pasted"]
    if "confirm" not in request.POST:
        return _page(request, form, **_preview(form, pasted))
    left_out = LeftOut(pasted.repeats, len(pasted.unread))
    entry = take_many(actor=actor, addresses=pasted.addresses, left_out=left_out, **form.scope())
    messages.success(request, _("The opt-outs are in force."))
    return redirect("admin:optouts_many_done", entry.pk)


def done(request: HttpRequest, pk: int) -> HttpResponse:
    """What a list came to."""
    staff(request, MAY_TAKE_MANY)
    entry = Entry.objects.filter(pk=pk, action=actions.TAKEN_MANY.code).select_related("actor").first()
    if entry is None:
        raise Http404(_("There is no such list."))
    facts = entry.facts
    before = facts["events"] - facts["suppressions"]
    scope = {
        "channel": Channel(facts["channel"]).label, "purpose": purpose_title(facts["purpose"]),
        "sender": sender_title(facts["sender"]), "medium": Medium(facts["medium"]).label,
    }  # fmt: skip
    context = {"title": _("Opt-outs from a list"), "opts": None, "entry": entry, "before": before, "scope": scope}
    return desk_page(request, "optouts/many_done.html", context)


def _preview(form: ManyForm, pasted: Pasted) -> dict[str, Any]:
    scope = {name: form.cleaned_data[name] for name in ("channel", "purpose", "sender")}
    known = Suppression.objects.of([address.digest for address in pasted.addresses]).filter(**scope)
    unread = [
        (item.line, item.masked, UNUSABLE.get(item.code, _("This channel never reaches such an address.")))
        for item in pasted.unread[:MOST_SHOWN]
    ]
    return {
        "pasted": pasted, "scope": form.words(), "chosen": [(name, form[name].value()) for name in _FIELDS],
        "stopped": known.values("digest").distinct().count(), "shown": pasted.addresses[:MOST_SHOWN],
        "unread": unread, "more": max(0, len(pasted.addresses) - MOST_SHOWN),
        "more_unread": max(0, len(pasted.unread) - MOST_SHOWN),
    }  # fmt: skip


def _page(request: HttpRequest, form: ManyForm, status: int = 200, **context: Any) -> HttpResponse:
    words = {"title": _("Opt-outs from a list"), "form": form, "opts": None}
    return desk_page(request, "optouts/many.html", {**words, **context}, status=status)
