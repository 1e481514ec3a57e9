"""The inbox: one for all kinds, in the order in which cases are due."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.cases import filters
from apps.cases.admin.replies import ReplyTemplateAdmin
from apps.cases.choices import Box, Priority
from apps.cases.figures import box_counts, shown
from apps.cases.kinds import WORK
from apps.cases.models import Case, SavedFilter
from apps.cases.models.inbox import kept_query
from apps.cases.panel import intakes_for
from apps.cases.presenting import due_words, tone
from apps.cases.resources import CasesResource
from apps.cases.services.assign import MAY_ASSIGN
from apps.cases.views import about, acting, case, contents, emptied, inbox, letters, refusing, saved, verifying
from apps.core.admin import ReadOnlyAdmin, narrowing_query
from apps.policies.models import CalendarDay
from apps.policies.working_days import WorkingCalendar

__all__ = ["CaseAdmin", "ReplyTemplateAdmin"]


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """Cases of every kind; a case's page is its own."""

    export_resource = CasesResource
    list_display = ("reference", "about", "person", "condition", "due", "assigned", "importance")
    list_display_links = ("reference", "about")
    list_filter = (
        filters.BoxFilter, filters.AboutFilter, filters.StatusFilter, filters.PriorityFilter, filters.AssigneeFilter,
        filters.ClosedFilter, filters.LateFilter, filters.OutcomeFilter, filters.WhyFilter,
    )  # fmt: skip
    list_select_related = ("assignee", "rule")
    sortable_by = ()
    list_before_template = "cases/boxes.html"
    actions = ("give",)
    calendar = WorkingCalendar()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """The box that is asked for; the list keeps its order."""
        cases: QuerySet[Case] = Case.objects.in_box(request.GET.get("box", Box.OPEN), request.user.pk or 0)
        return cases

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """That of the box."""
        return tuple(str(name) for name in self.get_queryset(request).query.order_by)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Case | None:
        """Any case, whatever the box."""
        return Case.objects.filter(pk=key_of(object_id)).first()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the tabs of the boxes, and where cases are taken in."""
        self.calendar = CalendarDay.objects.calendar()
        rest = request.GET.copy()
        for name in ("box", "p", "assignee"):
            rest.pop(name, None)
        chosen = request.GET.get("box", Box.OPEN)
        context = {
            "boxes": _boxes(request), "box": chosen if chosen in Box.values else Box.OPEN,
            "box_rest": f"&{rest.urlencode()}" if rest else "", "intakes": intakes_for(request),
            "title": _("Inbox"), "narrowed": bool(narrowing_query(request)), "may_take": request.user.has_perm(WORK),
            "saved": SavedFilter.objects.of(request.user.pk or 0), "kept": kept_query(request.GET),
        }  # fmt: skip
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Giving many at once, for whoever may."""
        return super().get_actions(request) if request.user.has_perm(MAY_ASSIGN) else {}

    @admin.action(description=_("Assign …"))
    def give(self, request: HttpRequest, queryset: QuerySet[Case]) -> HttpResponse:
        """The page that asks to whom; it comes by POST, as every action does."""
        return inbox.assign_chosen(request)

    @admin.display(description=_("about"))
    def about(self, row: Case) -> str:
        """What it is about."""
        return row.title

    @admin.display(description=_("person"))
    def person(self, row: Case) -> str:
        """By reference."""
        return row.person

    @display(description=_("status"), label={"open": "info", "waiting": "warning", "closed": ""})  # type: ignore[untyped-decorator]
    def condition(self, row: Case) -> tuple[str, str]:
        """A badge."""
        colour = "closed" if not row.is_open else "waiting" if row.paused_at else "open"
        return colour, row.status_title

    @admin.display(description=_("due"))
    def due(self, row: Case) -> str:
        """The date, and how it stands with it."""
        words = due_words(row, self.calendar)
        moment = row.due_at if row.is_open else row.closed_at
        when = date_format(localtime(moment), "SHORT_DATE_FORMAT") if moment else ""
        return format_html(
            '<span class="cs-due cs-{}" data-seen="{}"><b>{}</b> <span>{}</span></span>',
            tone(row) or "calm", row.version, when, words,
        )  # fmt: skip

    @admin.display(description=_("assigned to"))
    def assigned(self, row: Case) -> str:
        """Their name."""
        return str(row.assignee or "—")

    @display(description=_("priority"), label={Priority.HIGH: "danger", Priority.LOW: ""})  # type: ignore[untyped-decorator]
    def importance(self, row: Case) -> tuple[int, str] | str:
        """A badge for what is not as usual."""
        return "" if row.priority == Priority.NORMAL else (row.priority, row.get_priority_display())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The case's page."""
        return case.page(request, key_of(object_id))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The history is on the case's page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:cases_case_change", object_id)

    def get_urls(self) -> list[URLPattern]:
        """What is done about a case, before Django's own."""
        wrap = self.admin_site.admin_view
        acts = {
            "take": acting.Take, "assign": acting.Assign, "prioritise": acting.Prioritise, "extend": acting.Extend,
            "note": acting.AddNote, "message": acting.AddMessage, "attach": acting.Attach, "link": acting.Link,
            "concern": acting.Concern, "read": acting.Read, "retopic": about.Retopic,
            "send_code": verifying.SendCode, "check_code": verifying.CheckCode, "token": verifying.Token,
            "papers": verifying.Papers,
        }  # fmt: skip
        own = [
            path("assign/", wrap(inbox.assign_chosen), name="cases_case_assign_many"),
            path("take/", wrap(inbox.take_chosen), name="cases_case_take_many"),
            path("filters/", wrap(saved.filters), name="cases_case_filters"),
            path("filters/save/", wrap(saved.save), name="cases_case_save_filter"),
            path("filters/<int:pk>/<slug:part>/", wrap(saved.change), name="cases_case_change_filter"),
            path("<int:pk>/refuse/", wrap(refusing.refuse_case), name="cases_case_refuse"),
            path("<int:pk>/template/<int:template>/", wrap(letters.from_template), name="cases_case_template"),
            path("<int:pk>/letter/<int:message>/", wrap(letters.letter), name="cases_case_letter"),
            path("find/", wrap(inbox.find), name="cases_case_find"),
            path("emptied/", wrap(emptied.page), name="cases_case_emptied"),
            path("<int:pk>/step/<slug:step>/", wrap(acting.Step.as_view()), name="cases_case_step"),
            *(path(f"<int:pk>/{name}/", wrap(act.as_view()), name=f"cases_case_{name}") for name, act in acts.items()),
            path("<int:pk>/duplicate/<int:other>/", wrap(verifying.Duplicate.as_view()), name="cases_case_duplicate"),
            path("<int:pk>/file/<int:attachment>/", wrap(contents.download), name="cases_case_download"),
            path("<int:pk>/file/<int:attachment>/destroy/", wrap(contents.destroy), name="cases_case_detach"),
            path("<int:pk>/link/<int:link>/remove/", wrap(contents.remove_link), name="cases_case_unlink"),
        ]
        return [*own, *super().get_urls()]


def _boxes(request: HttpRequest) -> list[tuple[str, Any, str]]:
    """Every box: its code, its title, and how many cases lie in it; of closed ones nobody asks."""
    counts = box_counts(request.user.pk or 0)
    return [(code, title, shown(counts[code]) if code in counts else "") for code, title in Box.choices]


def key_of(object_id: str) -> int:
    """A primary key out of an address; that of nothing for what is none."""
    return int(object_id) if object_id.isascii() and object_id.isdigit() and len(object_id) < 19 else 0
