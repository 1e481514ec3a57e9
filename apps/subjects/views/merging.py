"""Merging two people: whom, what moves, and the confirmation."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts.acting import NOT_DURABLE
from apps.core.errors import NotPossible
from apps.core.journal import JournalUnavailable
from apps.subjects.forms import FindForm, MergeForm
from apps.subjects.models import Subject
from apps.subjects.presenting import show_identifier, show_record
from apps.subjects.services.merge import MergePlan, merge, plan_merge
from apps.subjects.views.desk import desk_page, person_or_404, revealed_to, staff

# Of records that move, and of those that both have; a person may have thousands.
MOST_SHOWN = 40


def choose_other(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom to merge into this person: found like anybody, by a full value or reference."""
    staff(request, "subjects.merge_subject")
    subject = person_or_404(pk)
    form = FindForm(request.POST or None)
    if form.is_valid():
        others = Subject.objects.sought(form.cleaned_data["typed"]).exclude(pk=subject.pk).order_by("pk")
        other = others.first()
        if other is not None:
            return redirect("admin:subjects_merge_preview", subject.pk, other.pk)
        form.add_error("typed", _("Nobody else is found by this. Check it and type all of it."))
    return desk_page(request, "subjects/merge.html", {"title": _("Merge"), "subject": subject, "form": form})


def preview(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """What moves; and, by POST, the merge."""
    actor = staff(request, "subjects.merge_subject")
    survivor, absorbed = person_or_404(pk), person_or_404(other)
    form = MergeForm(request.POST or None)
    if form.is_valid():
        try:
            merge(actor=actor, survivor=survivor, absorbed=absorbed, reason=form.cleaned_data["reason"])
        except NotPossible as error:
            form.add_error(None, str(error.message))
        except JournalUnavailable:
            form.add_error(None, str(NOT_DURABLE))
        else:
            messages.success(request, _("%(who)s is merged into this person.") % {"who": absorbed.reference})
            return redirect("admin:subjects_subject_change", survivor.pk)
    if survivor == absorbed or survivor.merged_into_id or absorbed.merged_into_id:
        messages.error(request, _("These two can't be merged: they are one person already."))
        return redirect("admin:subjects_subject_change", survivor.pk)
    return _preview(request, plan_merge(survivor, absorbed), form)


def _preview(request: HttpRequest, plan: MergePlan, form: MergeForm) -> HttpResponse:
    context = {"title": _("Merge"), "subject": plan.survivor, "plan": plan, "form": form}
    return desk_page(request, "subjects/merge_preview.html", context | merge_lists(plan, revealed_to(request)))


def merge_lists(plan: MergePlan, seen: set[int]) -> dict[str, Any]:
    """What `subjects/merge_lists.html` shows of a plan; values of the people in `seen` plain."""
    moving = [(row, show_identifier(row, revealed=row.subject_id in seen)) for row in plan.identifiers]
    replaced = {clash.older.pk for clash in plan.clashes}
    records = [
        (row, show_record(row, revealed=row.subject_id in seen), row.pk in replaced)
        for row in plan.records[:MOST_SHOWN]
    ]
    clashes = [
        (clash.newer, *(show_record(row, revealed=row.subject_id in seen) for row in (clash.newer, clash.older)))
        for clash in plan.clashes[:MOST_SHOWN]
    ]
    further = {"records_more": len(plan.records) - len(records), "clashes_more": len(plan.clashes) - len(clashes)}
    return {"moving": moving, "records": records, "clashes": clashes, **further}
