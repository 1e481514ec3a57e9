"""The record of processing on the desk: its page to read and print, and its lines, which a lead officer keeps."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.utils import display_for_label

from apps.accounts.models import User
from apps.core.admin import DeskAdmin
from apps.partners.filters import CategoryFilter, KeptFilter, PurposeFilter, UserFilter
from apps.partners.forms.processing import ProcessingForm
from apps.partners.models import Processing, Retention
from apps.partners.presenting import given, period, stands_on, used_by
from apps.partners.resources import ProcessingResource
from apps.partners.services.keep_processing import add_use, change_use, set_retention
from apps.partners.views.record import record_page, set_period

_TIED = ("category", "purpose", "recipient")


@admin.register(Processing)
class ProcessingAdmin(DeskAdmin):
    """Which category is used for which purpose by whom, and kept how long."""

    export_resource = ProcessingResource
    form = ProcessingForm
    list_display = ("category_title", "purpose_title", "by", "given", "basis", "kept_shown", "rests_on", "state")
    list_display_links = ("category_title",)
    list_filter = (PurposeFilter, CategoryFilter, UserFilter, KeptFilter, "status", "retired")
    list_before_template = "partners/lines_head.html"
    actions = ("set_period",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Processing]:
        """In the order of the record, with what each ties together."""
        uses: QuerySet[Processing] = super().get_queryset(request)
        return uses.in_order()  # type: ignore[attr-defined, no-any-return]

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """As the rows come."""
        return ()

    def get_urls(self) -> list[URLPattern]:
        """The record's page, before Django's own that would catch every path."""
        page = path("record/", self.admin_site.admin_view(self.record_view), name="partners_processing_record")
        return [page, *super().get_urls()]

    def record_view(self, request: HttpRequest) -> HttpResponse:
        """The whole record on one page."""
        return record_page(self, request)

    @admin.action(description=_("Set a retention period"), permissions=["change"])
    def set_period(self, request: HttpRequest, queryset: QuerySet[Processing]) -> HttpResponse:
        """One for all the lines that were chosen."""
        return set_period(self, request, queryset)

    def get_fieldsets(self, request: HttpRequest, obj: Processing | None = None) -> list[tuple[Any, dict[str, Any]]]:
        """Whoever only looks sees what is said; a lead officer fills it in."""
        basis = ("basis",) if obj else ()
        if not (self.has_change_permission(request, obj) if obj else self.has_add_permission(request)):
            said = ("category", "purpose", "by", "basis", "given", "rests_on", "note", "retired")
            return [(None, {"fields": said}), (_("How long it is kept"), {"fields": ("kept_shown", "periods")})]
        before = ("periods",) if obj else ()
        ended = ("retired",) if obj else ()
        period_fields = ("kept", ("amount", "unit"), "counted_from", ("period_status", "period_reference"), *before)
        user = "by" if obj else "recipient"
        mandatory = () if obj and obj.recipient_id else ("mandatory",)
        said = ("category", "purpose", user, *basis, *mandatory, ("status", "reference"), "note", *ended, "seen")
        return [(None, {"fields": said}), (_("How long it is kept"), {"fields": period_fields})]

    def get_readonly_fields(self, request: HttpRequest, obj: Processing | None = None) -> tuple[str, ...]:
        """What a line ties together is chosen once."""
        shown = ("by", "basis", "given", "rests_on", "kept_shown", "periods")
        return (*_TIED, *shown) if obj else shown

    def save_model(self, request: HttpRequest, obj: Processing, form: ProcessingForm, change: bool) -> None:
        """Through the services, which record it."""
        assert isinstance(request.user, User)
        if not change:
            add_use(actor=request.user, use=obj)
        elif form.has_changed():
            change_use(actor=request.user, use=obj, fields=form.changed_data)
        if retention := form.retention():
            set_retention(actor=request.user, use=obj, retention=retention)

    @admin.display(description=_("data category"))
    def category_title(self, use: Processing) -> str:
        """In the reader's language."""
        return use.category.title

    @admin.display(description=_("purpose"))
    def purpose_title(self, use: Processing) -> str:
        """In the reader's language."""
        return use.purpose.title

    @admin.display(description=_("recipient"))
    def by(self, use: Processing) -> str:
        """A recipient, or the operator itself."""
        return used_by(use)

    @admin.display(description=_("given"))
    def given(self, use: Processing) -> str:
        """Mandatory or voluntary (P04)."""
        return given(use)

    @admin.display(description=_("legal basis"))
    def basis(self, use: Processing) -> str:
        """The purpose's."""
        return use.purpose.get_legal_basis_display()

    @admin.display(description=_("kept"))
    def kept_shown(self, use: Processing) -> str:
        """How long, as a red badge where there is no end."""
        risky = use.retention is None or use.retention.endless
        kept = period(use.retention)
        return display_for_label(("risk", kept), "", {"risk": "danger"}) if risky else kept

    @admin.display(description=_("stands on"))
    def rests_on(self, use: Processing) -> str:
        """Law, policy, or an assumption."""
        return stands_on(use)

    @display(description=_("state"), label={"ended": "", "on": "success"})  # type: ignore[untyped-decorator]
    def state(self, use: Processing) -> tuple[str, Any]:
        """A badge."""
        return ("ended", _("Ended")) if use.retired else ("on", _("In use"))

    @admin.display(description=_("periods so far"))
    def periods(self, use: Processing) -> str:
        """Every period that was set, the latest first, with who set it and on what it stands."""
        rows = [_told(retention) for retention in use.retentions.select_related("set_by")]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} · {} · {} · {}</li>", rows)) if rows else "—"


def _told(retention: Retention) -> tuple[str, str, str, str]:
    when = formats.date_format(localtime(retention.set_at), "SHORT_DATETIME_FORMAT")
    who = str(retention.set_by) if retention.set_by else str(_("came with the register"))
    return when, period(retention), stands_on(retention), who
