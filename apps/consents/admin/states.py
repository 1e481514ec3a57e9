"""Consents as they stand: who agreed to what under which edition, and who is to be asked again."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.consents.filters import AskedFilter, ToAskFilter
from apps.consents.forms import edition_title
from apps.consents.models import ConsentState
from apps.consents.resources import ConsentStatesResource
from apps.core import clock
from apps.core.admin import ReadOnlyAdmin
from apps.core.choices import IdentifierKind
from apps.subjects.models import Identifier


@admin.register(ConsentState)
class ConsentStateAdmin(ReadOnlyAdmin):
    """A row for each person, purpose and channel; phones are masked, and shown to whoever may see people at all."""

    export_resource = ConsentStatesResource
    list_filter = (ToAskFilter, AskedFilter)
    list_select_related = ("edition__document",)
    ordering = ("-pk",)
    sortable_by = ()
    fields = readonly_fields = ("whom", "what_for", "channel", "stands", "since", "expires_at", "told")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Without the phone for whoever sees no people."""
        phone = ("phone",) if request.user.has_perm("subjects.view_subject") else ()
        return ("whom", *phone, "what_for", "channel", "stands", "told", "since")

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> tuple[str, ...]:
        """The row itself; its person is a link of their own."""
        return ("what_for",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConsentState]:
        """With the phones of one page in one query."""
        phones = Identifier.objects.filter(kind=IdentifierKind.PHONE).order_by("pk")
        rows: QuerySet[ConsentState] = super().get_queryset(request)
        self.openable = request.user.has_perm("subjects.view_subject")
        return rows.prefetch_related("subject", Prefetch("subject__identifiers", phones, to_attr="phones"))

    @admin.display(description=_("person"))
    def whom(self, state: ConsentState) -> str:
        """`P-12`."""
        page = reverse("admin:subjects_subject_change", args=[state.subject_id])
        return format_html('<a class="text-link" href="{}">P-{}</a>', page, state.subject_id)

    @admin.display(description=_("phone"))
    def phone(self, state: ConsentState) -> str:
        """The first one, masked."""
        phones: list[Identifier] = getattr(state.subject, "phones", [])
        return phones[0].masked if phones else "—"

    @admin.display(description=_("what for"))
    def what_for(self, state: ConsentState) -> str:
        """The purpose's title in the reader's language."""
        return state.purpose_title

    @admin.display(description=_("state"))
    def stands(self, state: ConsentState) -> str:
        """By now: a consent may have expired since the last act."""
        return str(state.state_at(clock.now()).label)

    @admin.display(description=_("edition seen"))
    def told(self, state: ConsentState) -> str:
        """Which edition of which document they saw."""
        return edition_title(state.edition) if state.edition else "—"
