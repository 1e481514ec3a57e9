"""Policy documents and their editions on the desk. Whatever changes them is a page or step of its own."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.models import User
from apps.core import clock
from apps.core.admin import ReadOnlyAdmin
from apps.policies.choices import EditionStatus
from apps.policies.models import PolicyDocument, PolicyEdition
from apps.policies.presenting import standings
from apps.policies.resources import PolicyDocumentResource, PolicyEditionResource
from apps.policies.services.locking import Published
from apps.policies.services.publish_edition import note_refused
from apps.policies.views import documents, editions

_COLOURS = {EditionStatus.DRAFT: "info", EditionStatus.REVIEWED: "warning", EditionStatus.PUBLISHED: "success"}
_LONG = ("text_ky", "text_ru", "text_en", "references")


@admin.register(PolicyDocument)
class PolicyDocumentAdmin(ReadOnlyAdmin):
    """Documents with what is in force and what is worked on; a document's page leads to its editions."""

    export_resource = PolicyDocumentResource
    list_display = ("shown_title", "code", "in_force", "in_work")
    list_display_links = ("shown_title",)
    list_before_template = "policies/list_note.html"
    ordering = ("position",)
    sortable_by = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may add one."""
        return request.user.has_perm("policies.add_policydocument")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyDocument]:
        """With their editions, without the texts of these."""
        queryset: QuerySet[PolicyDocument] = super().get_queryset(request)
        return queryset.prefetch_related(Prefetch("editions", PolicyEdition.objects.defer(*_LONG)))

    @admin.display(description=_("title"))
    def shown_title(self, document: PolicyDocument) -> str:
        """In the reader's language."""
        return document.title

    @admin.display(description=_("in force"))
    def in_force(self, document: PolicyDocument) -> str:
        """The number of the edition in force, and since when."""
        published = (edition for edition in document.editions.all() if edition.is_published)
        for row in standings(published, clock.now()):
            if row.state == "in_force":
                return str(_("%(number)s, since %(date)s")) % {"number": row.edition.number, "date": _short(row.since)}
        return "—"

    @display(description=_("worked on"), label=_COLOURS)  # type: ignore[untyped-decorator]
    def in_work(self, document: PolicyDocument) -> tuple[str, str] | None:
        """The edition that is not published yet, with its status as a badge."""
        for edition in document.editions.all():
            if not edition.is_published:
                return edition.status, f"{edition.number} · {edition.get_status_display()}"
        return None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The document's page."""
        return documents.page(request, unquote(object_id))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was done stands in the audit."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:policies_policydocument_change", unquote(object_id))

    def get_urls(self) -> list[URLPattern]:
        """The pages about documents, before Django's own that would catch every path."""
        wrap = self.admin_site.admin_view
        own = [
            path("add/", wrap(documents.add), name="policies_policydocument_add"),
            path("<slug:code>/titles/", wrap(documents.titles), name="policies_policydocument_titles"),
            path("<slug:code>/begin/", wrap(documents.begin), name="policies_policydocument_begin"),
            path("<slug:code>/begin-past/", wrap(documents.begin_past), name="policies_policydocument_begin_past"),
            path("<slug:code>/compare/", wrap(documents.side_by_side), name="policies_policydocument_compare"),
        ]
        return [*own, *super().get_urls()]


@admin.register(PolicyEdition)
class PolicyEditionAdmin(ReadOnlyAdmin):
    """Editions of every document, newest first."""

    export_resource = PolicyEditionResource
    list_display = (
        "reference",
        "shown_document",
        "state",
        "effective_at",
        "prepared_by",
        "reviewed_by",
        "published_by",
    )
    list_display_links = ("reference",)
    list_filter = ("document", "status")
    list_select_related = ("document", "prepared_by", "reviewed_by", "published_by")
    ordering = ("-pk",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyEdition]:
        """Without the texts, which only an edition's own page shows."""
        queryset: QuerySet[PolicyEdition] = super().get_queryset(request)
        return queryset.defer(*_LONG)

    @admin.display(description=_("edition"))
    def reference(self, edition: PolicyEdition) -> str:
        """`privacy · 3`."""
        return edition.reference

    @admin.display(description=_("document"))
    def shown_document(self, edition: PolicyEdition) -> str:
        """Its title in the reader's language."""
        return edition.document.title

    @display(description=_("status"), label=_COLOURS)  # type: ignore[untyped-decorator]
    def state(self, edition: PolicyEdition) -> tuple[str, str]:
        """A badge."""
        return edition.status, edition.get_status_display()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The edition's page."""
        return editions.page(request, _key(object_id))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Nobody deletes one here. Whoever may look at it and tries with one that is published is told why not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        edition = editions.edition_or_404(_key(object_id))
        if not edition.is_published:
            raise PermissionDenied(_("A draft is thrown away on its own page."))
        refused = Published(edition)
        if request.method == "POST" and isinstance(request.user, User):
            note_refused(actor=request.user, refused=refused)
        raise PermissionDenied(refused.message)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was done stands in the audit, and on the edition's page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:policies_policyedition_change", object_id)

    def get_urls(self) -> list[URLPattern]:
        """The steps of an edition, before Django's own."""
        wrap = self.admin_site.admin_view
        own = [
            path("preview/", wrap(editions.preview), name="policies_policyedition_preview"),
            path("<int:pk>/edit/", wrap(editions.edit), name="policies_policyedition_edit"),
            path("<int:pk>/review/", wrap(editions.Review.as_view()), name="policies_policyedition_review"),
            path("<int:pk>/send-back/", wrap(editions.SendBack.as_view()), name="policies_policyedition_send_back"),
            path("<int:pk>/publish/", wrap(editions.Publish.as_view()), name="policies_policyedition_publish"),
            path("<int:pk>/discard/", wrap(editions.Discard.as_view()), name="policies_policyedition_discard"),
        ]
        return [*own, *super().get_urls()]


def _short(moment: datetime) -> str:
    return date_format(localtime(moment), "SHORT_DATE_FORMAT")


def _key(object_id: str) -> int:
    """A primary key out of an address; 0, which nothing has, for what is none."""
    return int(object_id) if object_id.isascii() and object_id.isdigit() and len(object_id) < 19 else 0
