"""The pages on which an officer decides about rows that contradict what is known."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import NotPossible
from apps.imports import comparing
from apps.imports.choices import Decision, Verdict
from apps.imports.conflicts import Conflict
from apps.imports.engine.refusals import reason_message
from apps.imports.models import Batch
from apps.imports.services.clashing import Clash, clash_of
from apps.imports.services.finding import decision_of, told
from apps.imports.services.leaving_out import leave_out, leave_out_many, reopen
from apps.imports.services.revealing import hide_conflict, reveal_conflict
from apps.imports.services.settling import Settled, settle
from apps.imports.views.batches import batch_or_404
from apps.subjects.choices import RevealReason
from apps.subjects.forms import RevealForm
from apps.subjects.models import Reveal
from apps.subjects.services.merge import plan_merge
from apps.subjects.views.desk import desk_page, revealed_to, staff
from apps.subjects.views.merging import merge_lists

PERMISSION = "imports.settle_conflict"
QUEUE = "admin:imports_conflict_changelist"


def _row(batch: Batch, number: int) -> Conflict | None:
    row = Conflict.objects.decidable().filter(batch=batch, number=number).first()
    if row is not None:
        row.batch = batch
    return row


def _on(request: HttpRequest, batch: Batch, number: int) -> HttpResponse:
    """To the next conflict of the file; behind the last one to the queue."""
    following = Conflict.objects.next_after(batch.pk, number)
    if following is not None:
        return redirect("admin:imports_conflict", batch.pk, following.number)
    messages.info(request, _("%(batch)s has no more conflicts to decide.") % {"batch": batch.reference})
    return redirect(QUEUE)


def first(request: HttpRequest, pk: int) -> HttpResponse:
    """The first conflict of a file."""
    staff(request, PERMISSION)
    return _on(request, batch_or_404(pk), 0)


def page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The row beside the people whom it names, and what may be decided."""
    user, batch = staff(request, PERMISSION), batch_or_404(pk)
    row = _row(batch, number)
    if row is None:
        messages.error(request, told(batch, number))
        return _on(request, batch, number)
    clash = clash_of(row)
    context = _compared(request, clash) | _leave(user, clash) | {
        "options": comparing.options(clash) if row.verdict == Verdict.CONFLICT else [],
        "left_out": decision_of(batch, number) if row.left_out else None,
        "following": _following(row), "waiting": batch.figure(Verdict.CONFLICT),
        "reveal_form": RevealForm(prefix="reveal", initial={"reason": RevealReason.QUALITY}),
    }  # fmt: skip
    return desk_page(request, "imports/conflict.html", _framed(row) | context)


def _following(row: Conflict) -> Conflict | None:
    found = Conflict.objects.next_after(row.batch_id, row.number)
    return found if found and found.number != row.number else None


def _framed(row: Conflict, *more: str) -> dict[str, Any]:
    queue = {"title": Conflict._meta.verbose_name_plural, "link": reverse(QUEUE)}
    file = {"title": row.batch.reference, "link": reverse("admin:imports_batch_change", args=[row.batch_id])}
    own = {"title": row.reference, "link": reverse("admin:imports_conflict", args=[row.batch_id, row.number])}
    trail = [queue, file, own, *({"title": title} for title in more)]
    return {
        "title": more[-1] if more else row.reference, "trail": trail, "opts": Conflict._meta, "row": row,
        "batch": row.batch, "reason": reason_message(row.reason), "kept_until": comparing.kept_until(row),
    }  # fmt: skip


def _compared(request: HttpRequest, clash: Clash) -> dict[str, Any]:
    """Whoever may see everybody whom the row names sees the row's own cells, too."""
    seen = revealed_to(request)
    revealed = bool(clash.people) and all(person.pk in seen for person in clash.people)
    return {
        "statement": comparing.statement(clash), "cells": comparing.cells(clash, revealed=revealed),
        "sides": comparing.sides(clash, seen), "revealed": revealed, "blocked": clash.blocked,
    }  # fmt: skip


def _leave(user: User, clash: Clash) -> dict[str, Any]:
    """How long the leave to see them goes on."""
    leaves = Reveal.objects.in_force(user.pk).filter(subject__in=clash.people).order_by("until")
    ends = leaves.values_list("until", flat=True).first()
    return {"seconds_left": int((ends - clock.now()).total_seconds()) if ends else 0}


def decide(request: HttpRequest, pk: int, number: int, decision: str) -> HttpResponse:
    """What would come of a decision; and, by POST, the decision."""
    actor, batch = staff(request, PERMISSION), batch_or_404(pk)
    if decision not in Decision.values:
        raise Http404
    row = _row(batch, number)
    if row is None or row.verdict != Verdict.CONFLICT:
        messages.error(request, told(batch, number))
        return _on(request, batch, number)
    if request.method == "POST":
        return _decide(request, actor, row, Decision(decision))
    clash = clash_of(row)
    if decision not in clash.offers():
        messages.error(request, _("This can't be decided so: look at the row and the people again."))
        return redirect("admin:imports_conflict", batch.pk, number)
    return _preview(request, clash, Decision(decision))


def _preview(request: HttpRequest, clash: Clash, decision: Decision) -> HttpResponse:
    option = comparing.option(clash, decision)
    merges = _merges(clash, revealed_to(request)) if decision == Decision.SAME_PERSON else []
    context = _framed(clash.row, option.title) | _compared(request, clash) | {"option": option, "merges": merges}
    return desk_page(request, "imports/settle.html", context)


def _merges(clash: Clash, seen: set[int]) -> list[dict[str, Any]]:
    """What moves, where the row names people who would become one."""
    survivor, *others = clash.parties
    return [merge_lists(plan_merge(survivor, other), seen) | {"absorbed": other} for other in others]


def _decide(request: HttpRequest, actor: User, row: Conflict, decision: Decision) -> HttpResponse:
    try:
        if decision == Decision.LEAVE_OUT:
            leave_out(actor=actor, batch_id=row.batch_id, number=row.number)
            messages.success(request, _("%(row)s is left out.") % {"row": row.reference})
        else:
            settled = settle(actor=actor, batch_id=row.batch_id, number=row.number, decision=decision)
            _say(request, row, settled)
    except NotPossible as error:
        messages.error(request, str(error.message))
        return redirect("admin:imports_conflict", row.batch_id, row.number)
    return _on(request, row.batch, row.number)


def _say(request: HttpRequest, row: Conflict, settled: Settled) -> None:
    message = _("%(row)s is taken in for %(who)s: %(verdict)s.")
    messages.success(
        request,
        message % {"row": row.reference, "who": settled.person.reference, "verdict": settled.verdict.label},
    )


@require_POST
def take_up_again(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A row that was left out waits for a decision again."""
    actor, batch = staff(request, PERMISSION), batch_or_404(pk)
    try:
        reopen(actor=actor, batch_id=batch.pk, number=number)
    except NotPossible as error:
        messages.error(request, str(error.message))
        return _on(request, batch, number)
    return redirect("admin:imports_conflict", batch.pk, number)


@require_POST
def show(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Reveal the row and everybody whom it names."""
    actor, batch = staff(request, PERMISSION), batch_or_404(pk)
    staff(request, "subjects.reveal_subject")
    row, form = _row(batch, number), RevealForm(request.POST, prefix="reveal")
    if row is not None and form.is_valid():
        try:
            reveal_conflict(actor=actor, row=row, reason=form.cleaned_data["reason"], note=form.cleaned_data["note"])
        except NotPossible as error:
            messages.error(request, str(error.message))
    elif row is not None:
        messages.error(request, _("Say why the values have to be seen."))
    return redirect("admin:imports_conflict", batch.pk, number)


@require_POST
def hide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Hide them again."""
    actor, batch = staff(request, PERMISSION), batch_or_404(pk)
    staff(request, "subjects.reveal_subject")
    row = _row(batch, number)
    if row is not None:
        hide_conflict(actor=actor, row=row)
    return redirect("admin:imports_conflict", batch.pk, number)


def leave_out_selected(request: HttpRequest, rows: list[Conflict]) -> HttpResponse:
    """Many rows at once: first what they are, then, confirmed, the decision; back to the queue as it was filtered."""
    actor = staff(request, PERMISSION)
    if request.POST.get("confirmed"):
        refused = leave_out_many(actor=actor, rows=[row.pk for row in rows])
        said = ngettext("%(count)d row is left out.", "%(count)d rows are left out.", refused)
        messages.success(request, said % {"count": refused})
        return redirect(request.get_full_path())
    reasons: dict[str, int] = {}
    for row in rows:
        reasons[row.reason] = reasons.get(row.reason, 0) + 1
    title = _("Leave rows out")
    trail = [{"title": Conflict._meta.verbose_name_plural, "link": reverse(QUEUE)}, {"title": title}]
    context = {
        "title": title, "trail": trail, "opts": Conflict._meta, "rows": rows, "back": request.get_full_path(),
        "reasons": [(reason_message(code), count) for code, count in reasons.items()],
    }  # fmt: skip
    return desk_page(request, "imports/leave_out.html", context)
