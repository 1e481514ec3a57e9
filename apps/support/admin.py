"""Requests on the desk: where they are taken in. They are worked on in the inbox, with all other cases."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from apps.core.admin import ReadOnlyAdmin
from apps.subjects.views.desk import staff
from apps.support.models import SupportRequest
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
