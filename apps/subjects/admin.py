"""People on the desk: a list that discloses nobody, and the pages that hang on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from unfold.decorators import display

from apps.core.admin import ReadOnlyAdmin
from apps.core.choices import IdentifierKind
from apps.subjects.filters import BlockedFilter, KnownSinceFilter
from apps.subjects.models import Identifier, Subject
from apps.subjects.resources import PeopleResource
from apps.subjects.views import acting, finding, merging, person


@admin.register(Subject)
class SubjectAdmin(ReadOnlyAdmin):
    """The list shows references, masked phones and states; searching is a page of its own that takes POST."""

    export_resource = PeopleResource
    list_display = ("reference", "phone", "state", "language", "created_at")
    list_display_links = ("reference", "phone")
    list_filter = (BlockedFilter, KnownSinceFilter)
    ordering = ("-pk",)
    sortable_by = ()
    list_before_template = "subjects/list_find.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subject]:
        """People, less those who were merged away; phones of one page in one query."""
        phones = Identifier.objects.filter(kind=IdentifierKind.PHONE).order_by("pk")
        people: QuerySet[Subject] = super().get_queryset(request)
        return people.filter(merged_into=None).prefetch_related(Prefetch("identifiers", phones, to_attr="phones"))

    @admin.display(description=_("person"))
    def reference(self, subject: Subject) -> str:
        """`P-1024`."""
        return subject.reference

    @admin.display(description=_("phone"))
    def phone(self, subject: Subject) -> str:
        """The first phone, masked."""
        phones: list[Identifier] = getattr(subject, "phones", [])
        return phones[0].masked if phones else "—"

    @display(description=_("state"), label={"blocked": "danger"})  # type: ignore[untyped-decorator]
    def state(self, subject: Subject) -> tuple[str, Any] | str:
        """A badge for blocked data."""
        return ("blocked", _("Blocked")) if subject.restricted else ""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The person's page."""
        return person.person(request, int(object_id) if object_id.isdigit() and len(object_id) < 19 else 0)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The timeline is on the person's page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:subjects_subject_change", object_id)

    def get_urls(self) -> list[URLPattern]:
        """The pages about people, before Django's own that would catch every path."""

        def wrap(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
            """Behind sign-in; what was typed stays out of error reports."""
            guarded: Callable[..., HttpResponseBase] = self.admin_site.admin_view(sensitive_post_parameters()(view))
            return guarded

        own = [
            path("find/", wrap(finding.find), name="subjects_find"),
            path("register/", wrap(finding.new), name="subjects_register"),
            path("<int:pk>/reveal/", wrap(acting.RevealPerson.as_view()), name="subjects_reveal"),
            path("<int:pk>/hide/", wrap(acting.HidePerson.as_view()), name="subjects_hide"),
            path("<int:pk>/restrict/", wrap(acting.RestrictPerson.as_view()), name="subjects_restrict"),
            path("<int:pk>/release/", wrap(acting.ReleasePerson.as_view()), name="subjects_release"),
            path("<int:pk>/identifiers/add/", wrap(acting.AddIdentifier.as_view()), name="subjects_add_identifier"),
            path(
                "<int:pk>/identifiers/<int:identifier>/move/",
                wrap(acting.MoveIdentifier.as_view()),
                name="subjects_move_identifier",
            ),
            path("<int:pk>/merge/", wrap(merging.choose_other), name="subjects_merge"),
            path("<int:pk>/merge/<int:other>/", wrap(merging.preview), name="subjects_merge_preview"),
        ]
        return [*own, *super().get_urls()]
