"""Consent events on the desk: a list that shows no value, and the pages on which one is recorded."""

from django.contrib import admin
from django.db.models import QuerySet, Value
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.consents.filters import RecordedLately
from apps.consents.forms import edition_title
from apps.consents.models import ConsentEvent
from apps.consents.resources import ConsentEventsResource
from apps.consents.views import figures, permission, person, proof, reconsent, record
from apps.core.admin import ReadOnlyAdmin


@admin.register(ConsentEvent)
class ConsentEventAdmin(ReadOnlyAdmin):
    """Every act as it came in."""

    export_resource = ConsentEventsResource
    list_display = ("state", "whom", "what_for", "channel", "through", "occurred_at")
    list_filter = (RecordedLately,)
    list_select_related = ("partner", "actor", "edition__document")
    ordering = ("-recorded_at",)
    sortable_by = ()
    fields = readonly_fields = (
        "stays", "whom", "what_for", "channel", "state", "counts", "medium", "partner", "taken_by", "occurred_at",
        "recorded_at", "expires_at", "told", "language", "file_row", "campaign", "form",
    )  # fmt: skip

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

    @admin.display(description=_("this event"))
    def stays(self, event: ConsentEvent) -> str:
        """Told to whoever looks for a way to change it."""
        return gettext("Stays as it was recorded: nobody can change or delete it. What was wrong is corrected by a "
                       "further event, on the person's page.")  # fmt: skip

    @admin.display(description=_("edition seen"))
    def told(self, event: ConsentEvent) -> str:
        """Which edition of which document they saw."""
        return edition_title(event.edition) if event.edition else "—"

    @admin.display(description=_("row of the file"))
    def file_row(self, event: ConsentEvent) -> str:
        """`F-12:345`."""
        return f"F-{event.batch}:{event.row}" if event.batch else "—"

    def get_urls(self) -> list[URLPattern]:
        """The pages on which something is recorded, proved or checked, before Django's own."""
        wrap = self.admin_site.admin_view
        own = [
            path("give/<int:pk>/", wrap(permission.GivePermission.as_view()), name="consents_give"),
            path("end/<int:pk>/", wrap(permission.EndPermission.as_view()), name="consents_end"),
            path("person/<int:pk>/", wrap(person.person), name="consents_person"),
            path("record/<int:pk>/<slug:purpose>/", wrap(record.RecordConsent.as_view()), name="consents_record"),
            path("correct/<int:pk>/<int:event>/", wrap(record.CorrectConsent.as_view()), name="consents_correct"),
            path("proof/<int:pk>/<slug:purpose>/", wrap(proof.proof), name="consents_proof"),
            path("figures/", wrap(figures.figures), name="consents_figures"),
            path("figures/count/", wrap(figures.count_now), name="consents_count"),
            path("reconsent/", wrap(reconsent.page), name="consents_reconsent"),
            path("reconsent/ask/", wrap(reconsent.ask), name="consents_ask"),
            path("reconsent/<int:pk>/take-up/", wrap(reconsent.TakeUp.as_view()), name="consents_take_up"),
            path("verify/", wrap(proof.verify), name="consents_verify"),
        ]
        return [*own, *super().get_urls()]
