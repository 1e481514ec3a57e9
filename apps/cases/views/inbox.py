"""The inbox beyond its list: giving many cases to somebody at once, and finding one by what is said on the phone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.cases.forms import AssigneeForm
from apps.cases.kinds import WORK
from apps.cases.models import Case
from apps.cases.models.inbox import kept_query
from apps.cases.services.assign import MAY_ASSIGN, MOST_AT_ONCE, Given, assign_many
from apps.core.errors import NotPossible
from apps.subjects.views.desk import desk_page, staff

MOST_TOLD = 5


def _chosen(request: HttpRequest) -> list[int]:
    asked = request.POST.getlist("_selected_action")
    return [int(pk) for pk in asked if pk.isascii() and pk.isdigit() and len(pk) < 19][:MOST_AT_ONCE]


def assign_chosen(request: HttpRequest) -> HttpResponse:
    """To whom the chosen cases go; with `confirm` the act."""
    actor = staff(request, MAY_ASSIGN)
    chosen = _chosen(request)
    if not chosen:
        messages.error(request, _("Choose cases first."))
        return redirect("admin:cases_case_changelist")
    form = AssigneeForm(request.POST if "confirm" in request.POST else None)
    if form.is_valid():
        try:
            given = assign_many(_seen(request, chosen), actor=actor, assignee=form.cleaned_data["assignee"])
        except NotPossible as error:
            form.add_error(None, str(error.message))
        else:
            _tell(request, given, form.cleaned_data["assignee"])
            return redirect("admin:cases_case_changelist")
    cases = Case.objects.open().filter(pk__in=chosen).select_related("assignee").by_due()
    context = {"title": _("Assign cases"), "opts": Case._meta, "form": form, "chosen": chosen, "cases": cases}
    return desk_page(request, "cases/assign_many.html", context)


@require_POST
def take_chosen(request: HttpRequest) -> HttpResponse:
    """Whoever works on the chosen cases takes them; back to where they stood in the inbox."""
    actor = staff(request, WORK)
    chosen = _chosen(request)
    if chosen:
        _tell(request, assign_many(_seen(request, chosen), actor=actor, assignee=actor), actor)
    else:
        messages.error(request, _("Choose cases first."))
    query = kept_query(QueryDict(request.POST.get("back", "")))
    return redirect(f"{reverse('admin:cases_case_changelist')}{'?' if query else ''}{query}")


def _seen(request: HttpRequest, chosen: list[int]) -> dict[int, int | None]:
    """The version of each case as it was seen; None where that was not said."""
    said = {pk: request.POST.get(f"seen-{pk}", "") for pk in chosen}
    return {
        pk: int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
        for pk, version in said.items()
    }


def _tell(request: HttpRequest, given: Given, who: User) -> None:
    """What came of it; of each case where somebody was first who that was."""
    number = len(given.cases)
    if number or not given.overtaken:
        told = ngettext("%(n)d case is assigned to %(who)s.", "%(n)d cases are assigned to %(who)s.", number)
        messages.success(request, told % {"n": number, "who": who})
    for words in given.overtaken[:MOST_TOLD]:
        messages.warning(request, words)
    if len(given.overtaken) > MOST_TOLD:
        rest = len(given.overtaken) - MOST_TOLD
        more = ngettext("%(n)d more was changed by others.", "%(n)d more were changed by others.", rest)
        messages.warning(request, more % {"n": rest})


def find(request: HttpRequest) -> HttpResponse:
    """The case of a reference, as it is said on the phone; else the list."""
    staff(request, "cases.view_case")
    case = Case.objects.sought(request.POST.get("reference", "")).first()
    if case is not None:
        return redirect("admin:cases_case_change", case.pk)
    if request.method == "POST":
        messages.error(request, _("There is no case with this reference."))
    return redirect("admin:cases_case_changelist")
