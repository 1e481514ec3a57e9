"""A case's page: everything needed to work on it."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.models import Entry
from apps.cases import forms
from apps.cases.choices import Occasion
from apps.cases.composing import language_of, values_of
from apps.cases.forms import Offered
from apps.cases.kinds import WORK
from apps.cases.models import Case, CaseLink, Reading, ReplyTemplate
from apps.cases.placeholders import Placeholder, fill
from apps.cases.presenting import LEGEND, due_words, left_when_resumed, picture, steps_of, tone
from apps.cases.services.assign import MAY_ASSIGN
from apps.cases.services.attach import MAY_READ
from apps.cases.services.write import MAY_WRITE
from apps.cases.views.who import who_asks
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.core.paginator import LookAheadPaginator
from apps.policies.models import CalendarDay
from apps.subjects.models import Identifier
from apps.subjects.views.desk import asked_page, desk_page, staff

MAY_VIEW = "cases.view_case"
ENTRIES_A_PAGE = 20
MOST_TEXTS = 200


def case_or_404(pk: int) -> Case:
    """The case with this key, whatever its kind."""
    case = Case.objects.select_related("assignee", "rule", "opened_by", "subject").filter(pk=pk).first()
    if case is None:
        raise Http404(_("There is no such case."))
    return case


def may_read_now(request: HttpRequest, case: Case) -> bool:
    """Whether this member of staff has leave to see the case's texts at this moment."""
    user = request.user
    return user.has_perm(MAY_READ) and Reading.objects.in_force(user.pk or 0, case).exists()


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page."""
    user = staff(request, MAY_VIEW)
    case = case_or_404(pk)
    leave = Reading.objects.in_force(user.pk, case).order_by("-until").first() if user.has_perm(MAY_READ) else None
    context = {
        "title": case.reference, "opts": Case._meta, "original": case, "case": case,
        "row": case.own, "panel": case.workflow.panel,
        "reading": leave is not None, "seconds_left": int((leave.until - clock.now()).total_seconds()) if leave else 0,
        "steps": steps_of(case, user), "links": _links(case),
        **_clock(case), **_person(case), **who_asks(case, user), **_contents(case), **_history(request, case),
        **_forms(case, user),
    }  # fmt: skip
    return desk_page(request, "cases/case.html", context)


def _clock(case: Case) -> dict[str, Any]:
    calendar, pauses = CalendarDay.objects.calendar(), list(case.pauses.order_by("started_at"))
    spans = [(pause.started_at, pause.ended_at) for pause in pauses]
    days = picture(case, spans, calendar)
    legend = {state: words for state, words in LEGEND.items() if state in {day.state for day in days}}
    return {
        "due_words": due_words(case, calendar), "tone": tone(case), "days": days, "legend": legend,
        "pauses": pauses, "left_then": left_when_resumed(case, spans, calendar),
    }  # fmt: skip


def _person(case: Case) -> dict[str, Any]:
    if case.subject_id is None:
        return {"main": ""}
    held = list(Identifier.objects.filter(subject=case.subject_id).order_by("pk")[:20])
    order = [kind.value for kind in IdentifierKind]
    return {"main": min(held, key=lambda row: order.index(row.kind)).masked if held else ""}


def _contents(case: Case) -> dict[str, Any]:
    return {
        "notes": case.notes.select_related("author").order_by("-written_at", "-pk")[:MOST_TEXTS],
        "case_messages": case.messages.select_related("author").order_by("-happened_at", "-pk")[:MOST_TEXTS],
        "refusals": case.refusals.select_related("decided_by", "letter").order_by("-decided_at", "-pk"),
        "attachments": case.attachments.select_related("added_by").order_by("-pk"),
    }


def _links(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "row": link,
            "other": link.second if link.first_id == case.pk else link.first,
            "ours": link.first_id == case.pk,
        }
        for link in CaseLink.objects.of(case)
    ]


def _history(request: HttpRequest, case: Case) -> dict[str, Any]:
    entries = Entry.objects.about(case).select_related("actor")
    number = asked_page(request, "history")
    shown = LookAheadPaginator(entries, ENTRIES_A_PAGE, number).get_page(number)
    return {"entries": list(shown.object_list), "history_page": shown}


def offered_to(case: Case, offered: Sequence[ReplyTemplate] | None = None) -> Offered:
    """Reply templates for a case, those in the person's language first; `offered` where they were read already."""
    language = language_of(case)
    rows = ReplyTemplate.objects.offered(case) if offered is None else offered
    rows = sorted(rows, key=lambda row: row.language != language)
    return Offered(reverse("admin:cases_case_template", args=[case.pk, 0]), [(row.pk, str(row)) for row in rows])


def _extension(case: Case, offered: Sequence[ReplyTemplate]) -> str:
    """What the person is told of an extension; days and date are filled in as the term is extended."""
    language = language_of(case)
    usual = [row for row in offered if (row.occasion, row.language) == (Occasion.EXTENSION, language)]
    if not usual:
        return ""
    later = (Placeholder.DAYS, Placeholder.DUE)
    return fill(usual[0].text, {name: value for name, value in values_of(case, language).items() if name not in later})


def _forms(case: Case, user: User) -> dict[str, Any]:
    """What this member of staff may fill in, each under the name that its dialog has."""
    given: dict[str, Any] = {"may_work": user.has_perm(WORK), "may_write": user.has_perm(MAY_WRITE)}
    if given["may_write"]:
        offered = ReplyTemplate.objects.offered(case)
        given |= {
            "note_form": forms.NoteForm(prefix="note"),
            "message_form": forms.MessageForm(prefix="message", templates=offered_to(case, offered)),
            "attach_form": forms.AttachForm(prefix="attach"),
        }  # fmt: skip
    if given["may_work"]:
        begun = {"text": _extension(case, offered if given["may_write"] else [])}
        given |= {
            "extend_form": forms.ExtendForm(prefix="extend", case=case, initial=begun),
            "link_form": forms.LinkForm(prefix="link"),
            "concern_form": forms.ConcernForm(prefix="concern", case=case),
            "topic_form": forms.TopicForm(prefix="topic", case=case),
            "extendable": case.is_open and not case.is_overdue and not case.extended_at and case.rule_id is not None,
        }
    if user.has_perm(MAY_ASSIGN):
        given |= {
            "assign_form": forms.AssignForm(prefix="assign", case=case, initial={"assignee": case.assignee_id}),
            "priority_form": forms.PriorityForm(prefix="priority", case=case, initial={"priority": case.priority}),
        }
    return given
