"""Deadline rules and the working calendar on the desk: kept by the lead officer, read by everybody."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.decorators import display

from apps.accounts.models import User
from apps.core import clock
from apps.core.admin import DeskAdmin
from apps.policies.choices import DayKind, LawStatus
from apps.policies.following import calendar_changed
from apps.policies.forms import DeadlineRuleForm
from apps.policies.models import CalendarDay, DeadlineRule
from apps.policies.resources import CalendarDayResource, DeadlineRuleResource
from apps.policies.services.set_day import set_day, unset_day
from apps.policies.services.set_deadline import TERM, add_version, change_version, verify_version


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(DeskAdmin):
    """How long what takes, and what that rests on."""

    export_resource = DeadlineRuleResource
    form = DeadlineRuleForm
    list_display = ("title", "term", "rests_on", "basis", "valid_from", "checked")
    list_filter = ("status", "code")
    list_select_related = ("verified_by",)
    ordering = ("code", "-valid_from")
    sortable_by = ()
    change_form_outer_before_template = "policies/verify.html"

    @admin.display(description=pgettext_lazy("deadline", "what for"))
    def title(self, rule: DeadlineRule) -> str:
        """In the reader's language."""
        return rule.get_code_display()

    @admin.display(description=gettext_lazy("term"))
    def term(self, rule: DeadlineRule) -> str:
        """`7 working days`."""
        return rule.term

    @display(
        description=gettext_lazy("rests on"),
        label={LawStatus.LAW: "success", LawStatus.POLICY: "info", LawStatus.ASSUMED: "warning"},
    )  # type: ignore[untyped-decorator]
    def rests_on(self, rule: DeadlineRule) -> tuple[str, str]:
        """A badge: an assumption never looks like law."""
        return rule.status, rule.get_status_display()

    @admin.display(description=gettext_lazy("legal reference"))
    def basis(self, rule: DeadlineRule) -> str:
        """In the reader's language."""
        return rule.reference or "—"

    @admin.display(description=gettext_lazy("checked"))
    def checked(self, rule: DeadlineRule) -> str:
        """By whom and when, or that nobody has."""
        if rule.verified_on is None:
            return _("not checked yet")
        return f"{rule.verified_by} · {date_format(rule.verified_on, 'SHORT_DATE_FORMAT')}"

    def get_readonly_fields(self, request: HttpRequest, obj: DeadlineRule | None = None) -> tuple[str, ...]:
        """What a version is about is chosen once; its term stays once it holds."""
        if obj is None:
            return ()
        fixed = ("code", "valid_from", "checked")
        return (*fixed, *sorted(TERM)) if obj.valid_from <= clock.today() else fixed

    def get_fields(self, request: HttpRequest, obj: DeadlineRule | None = None) -> tuple[str, ...]:
        """With who checked it, where there is something to check."""
        fields = ("code", "length", "counting", "legal_ref", "status", "valid_from")
        return (*fields, "checked") if obj else fields

    def save_model(self, request: HttpRequest, obj: DeadlineRule, form: Any, change: bool) -> None:
        """Through the service, which records it."""
        assert isinstance(request.user, User)
        if change:
            change_version(actor=request.user, rule=obj, fields=form.changed_data)
        else:
            add_version(actor=request.user, rule=obj)

    def verify(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Somebody has checked it, by POST."""
        rule = DeadlineRule.objects.filter(pk=pk).first()
        if rule is None or request.method != "POST":
            raise Http404
        assert isinstance(request.user, User)
        verify_version(actor=request.user, rule=rule)
        messages.success(request, _("It is recorded that you checked this rule today."))
        return redirect("admin:policies_deadlinerule_change", pk)

    def get_urls(self) -> list[URLPattern]:
        """The confirmation, before Django's own."""
        wrap = self.admin_site.admin_view
        own = [path("<int:pk>/verify/", wrap(self.verify), name="policies_deadlinerule_verify")]
        return [*own, *super().get_urls()]


@admin.register(CalendarDay)
class CalendarDayAdmin(DeskAdmin):
    """Feasts by the moon, and days moved by decree."""

    export_resource = CalendarDayResource
    list_display = ("date", "weekday", "badge", "note")
    ordering = ("-date",)
    sortable_by = ()
    list_before_template = "policies/calendar_note.html"

    @admin.display(description=gettext_lazy("weekday"))
    def weekday(self, day: CalendarDay) -> str:
        """In the reader's language."""
        return str(date_format(day.date, "l"))

    @display(description=gettext_lazy("what it is"), label={DayKind.HOLIDAY: "info", DayKind.WORKING: "warning"})  # type: ignore[untyped-decorator]
    def badge(self, day: CalendarDay) -> tuple[str, str]:
        """Off, or worked."""
        return day.kind, day.get_kind_display()

    def has_delete_permission(self, request: HttpRequest, obj: CalendarDay | None = None) -> bool:  # type: ignore[override]
        """A change is taken back by whoever may make one."""
        return request.user.has_perm("policies.delete_calendarday")

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        """Through the service; terms of what is open are counted anew."""
        assert isinstance(request.user, User)
        with transaction.atomic():
            set_day(actor=request.user, day=obj)
            calendar_changed()

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        """As above."""
        assert isinstance(request.user, User)
        with transaction.atomic():
            unset_day(actor=request.user, day=obj)
            calendar_changed()
