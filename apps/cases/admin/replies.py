"""Reply templates on the desk."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.cases.models import ReplyTemplate
from apps.cases.resources import ReplyTemplatesResource
from apps.cases.views import replies
from apps.core.admin import DeskAdmin


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(DeskAdmin):
    """The versions in force; each has a page with what it said before."""

    export_resource = ReplyTemplatesResource
    list_display = ("occasion_name", "about", "language", "heading", "condition", "changed_at", "changed_by")
    list_display_links = ("occasion_name",)
    list_filter = ("occasion", "language")
    list_select_related = ("changed_by",)
    ordering = ("occasion", "kind", "topic", "title", "language")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReplyTemplate]:
        """Of each the newest version."""
        templates: QuerySet[ReplyTemplate] = ReplyTemplate.objects.in_force()
        return templates

    @admin.display(description=_("occasion"))
    def occasion_name(self, template: ReplyTemplate) -> str:
        """With its name, where it has one."""
        name = template.get_occasion_display()
        return f"{name}: {template.title}" if template.title else name

    @admin.display(description=_("for"))
    def about(self, template: ReplyTemplate) -> str:
        """Which cases it is for."""
        return template.about

    @display(description=_("state"), label={"used": "success", "retired": ""})  # type: ignore[untyped-decorator]
    def condition(self, template: ReplyTemplate) -> tuple[str, str]:
        """A badge."""
        return ("retired", str(_("no longer used"))) if template.retired else ("used", str(_("in use")))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """A new one."""
        return replies.add(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its page."""
        known = object_id.isascii() and object_id.isdigit() and len(object_id) < 19
        return replies.change(request, int(object_id) if known else 0)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """It is on its page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:cases_replytemplate_change", object_id)
