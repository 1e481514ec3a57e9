"""Consent events on the desk: a list that shows no value, and the pages on which one is recorded."""

from django.contrib import admin
from django.db.models import QuerySet, Value
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.consents.filters import RecordedLately
from apps.consents.models import ConsentEvent
from apps.consents.resources import ConsentEventsResource
from apps.consents.views import permission
from apps.core.admin import ReadOnlyAdmin


@admin.register(ConsentEvent)
class ConsentEventAdmin(ReadOnlyAdmin):
    """Every act as it came in."""

    export_resource = ConsentEventsResource
    list_display = ("state", "whom", "what_for", "through", "occurred_at")
    list_filter = (RecordedLately,)
    list_select_related = ("partner", "actor")
    ordering = ("-recorded_at",)
    sortable_by = ()
    fields = readonly_fields = ("whom", "what_for", "state", "medium", "partner", "taken_by", "occurred_at",
                                "recorded_at")  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConsentEvent]:
        """Rows that know whether this member of staff may open the person's page."""
        rows: QuerySet[ConsentEvent] = super().get_queryset(request)
        return rows.annotate(openable=Value(request.user.has_perm("subjects.view_subject")))

    @admin.display(description=_("person"))
    def whom(self, event: ConsentEvent) -> str:
        """`P-12`, as a link for whoever may follow it."""
        if not getattr(event, "openable", False):
            return f"P-{event.subject_id}"
        page = reverse("admin:subjects_subject_change", args=[event.subject_id])
        return format_html('<a class="text-link" href="{}">P-{}</a>', page, event.subject_id)

    @admin.display(description=_("what for"))
    def what_for(self, event: ConsentEvent) -> str:
        """The purpose's title in the reader's language."""
        return event.purpose_title

    @admin.display(description=_("came by"))
    def through(self, event: ConsentEvent) -> str:
        """How it reached us, and through whom."""
        return " · ".join(str(part) for part in (event.get_medium_display(), event.partner, event.actor) if part)

    @admin.display(description=_("taken by"))
    def taken_by(self, event: ConsentEvent) -> str:
        """Their name: most who read this may not open the page about a member of staff."""
        return str(event.actor or "—")

    def get_urls(self) -> list[URLPattern]:
        """The pages on which a permission is given or ended, before Django's own."""
        wrap = self.admin_site.admin_view
        own = [
            path("give/<int:pk>/", wrap(permission.GivePermission.as_view()), name="consents_give"),
            path("end/<int:pk>/", wrap(permission.EndPermission.as_view()), name="consents_end"),
        ]
        return [*own, *super().get_urls()]
