"""The audit on the desk: read, never changed."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.audit.filters import ActionFilter, ActorFilter, TimeFilter
from apps.audit.models import Entry
from apps.audit.resources import AuditResource
from apps.core.admin import ReadOnlyAdmin


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Newest first, with a link to the object where it has a page."""

    export_resource = AuditResource
    list_display = ("at", "who", "title", "thing", "told")
    list_display_links = ("at",)
    list_filter = (ActionFilter, ActorFilter, TimeFilter)
    list_select_related = ("actor",)
    ordering = ("-at", "-pk")
    sortable_by = ()
    fields = readonly_fields = ("at", "who", "title", "thing", "told")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """Entries that know whether their object has a page that this member of staff may open."""
        pages = self.admin_site._registry.items()
        seen = [model._meta.label_lower for model, page in pages if page.has_view_permission(request)]
        entries: QuerySet[Entry] = super().get_queryset(request)
        return entries.annotate(openable=ExpressionWrapper(Q(target_type__in=seen), BooleanField()))

    @admin.display(description=_("who"))
    def who(self, entry: Entry) -> Any:
        """The member of staff."""
        return entry.actor or _("automatic or public")

    @admin.display(description=_("action"))
    def title(self, entry: Entry) -> str:
        """What was done."""
        return str(entry.title)

    @admin.display(description=_("object"))
    def thing(self, entry: Entry) -> str | SafeString:
        """To what: its kind and key, linked for whoever may open its page."""
        try:
            model = apps.get_model(entry.target_type)
        except (LookupError, ValueError):
            return entry.target_type
        name = str(model._meta.verbose_name).capitalize()
        if entry.target_id is None or not getattr(entry, "openable", False):
            return f"{name} {entry.target_id or ''}".strip()
        page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[entry.target_id])
        return format_html('<a class="text-link" href="{}">{} {}</a>', page, name, entry.target_id)

    @admin.display(description=_("facts"))
    def told(self, entry: Entry) -> SafeString | str:
        """Facts, a line each."""
        return format_html_join(", ", "{}: {}", entry.facts_list()) or "—"

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """An entry has no history: it is one."""
        return self.change_view(request, *args, **kwargs)
