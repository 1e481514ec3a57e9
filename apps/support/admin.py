"""Requests on the desk: where they are taken in. They are worked on in the inbox, with all other cases."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.debug import sensitive_post_parameters

from apps.core.admin import ReadOnlyAdmin
from apps.subjects.views.desk import staff
from apps.support.models import SupportRequest
from apps.support.views import acting, copy
from apps.support.views.intake import intake
from apps.support.workflow import TAKE_IN

MAY_VIEW = "cases.view_case"


@admin.register(SupportRequest)
class SupportRequestAdmin(ReadOnlyAdmin):
    """A request is seen by whoever sees cases."""

    def has_view_permission(self, request: HttpRequest, obj: SupportRequest | None = None) -> bool:
        """As of every case."""
        return request.user.has_perm(MAY_VIEW)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever takes in requests."""
        return request.user.has_perm(TAKE_IN)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """The intake; what is typed stays out of error reports."""
        return sensitive_post_parameters()(intake)(request)

    def get_urls(self) -> list[URLPattern]:
        """What is done about a copy of the data, before Django's own."""
        wrap, name = self.admin_site.admin_view, "support_supportrequest_copy"
        acts = {
            "look": acting.Look, "release": acting.Release, "link": acting.Link, "revoke": acting.Revoke,
            "print": acting.Print, "paper": acting.Paper, "discard": acting.Discard,
        }  # fmt: skip
        own = [
            path("<int:pk>/copy/prepare/", wrap(acting.Prepare.as_view()), name=f"{name}_prepare"),
            path("<int:pk>/copy/nothing/", wrap(acting.Nothing.as_view()), name=f"{name}_nothing"),
            path("<int:pk>/copy/<int:copy>/", wrap(copy.preview), name=name),
            *(
                path(f"<int:pk>/copy/<int:copy>/{act}/", wrap(view.as_view()), name=f"{name}_{act}")
                for act, view in acts.items()
            ),
            path(
                "<int:pk>/copy/<int:copy>/withhold/<slug:section>/<int:number>/", wrap(acting.Withhold.as_view()),
                name=f"{name}_withhold",
            ),
            path("<int:pk>/copy/<int:copy>/give/<int:redaction>/", wrap(acting.Give.as_view()), name=f"{name}_give"),
        ]  # fmt: skip
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The inbox."""
        staff(request, MAY_VIEW)
        return redirect("admin:cases_case_changelist")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The case's page."""
        staff(request, MAY_VIEW)
        return redirect("admin:cases_case_change", object_id)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """It is on the case's page."""
        return self.change_view(request, object_id)
