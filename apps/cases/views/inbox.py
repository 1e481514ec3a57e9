"""The inbox beyond its list: giving many cases to somebody at once, and finding one by what is said on the phone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.cases.forms import AssigneeForm
from apps.cases.models import Case
from apps.cases.services.assign import MAY_ASSIGN, MOST_AT_ONCE, assign_many
from apps.subjects.errors import NotPossible
from apps.subjects.views.desk import desk_page, staff


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
            given = assign_many(chosen, actor=actor, assignee=form.cleaned_data["assignee"])
        except NotPossible as error:
            form.add_error(None, str(error.message))
        else:
            told = ngettext("%(n)d case is assigned to %(who)s.", "%(n)d cases are assigned to %(who)s.", given)
            messages.success(request, told % {"n": given, "who": form.cleaned_data["assignee"]})
            return redirect("admin:cases_case_changelist")
    cases = Case.objects.open().filter(pk__in=chosen).by_due()
    context = {"title": _("Assign cases"), "opts": Case._meta, "form": form, "chosen": chosen, "cases": cases[:50]}
    return desk_page(request, "cases/assign_many.html", context)


def find(request: HttpRequest) -> HttpResponse:
    """The case of a reference, as it is said on the phone; else the list."""
    staff(request, "cases.view_case")
    case = Case.objects.sought(request.POST.get("reference", "")).first()
    if case is not None:
        return redirect("admin:cases_case_change", case.pk)
    if request.method == "POST":
        messages.error(request, _("There is no case with this reference."))
    return redirect("admin:cases_case_changelist")
