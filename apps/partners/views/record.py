"""The record of processing on one page, and one retention period for many of its lines."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.core import clock, exporting
from apps.core.admin import DeskAdmin
from apps.partners.forms.periods import PeriodForm
from apps.partners.models import Processing
from apps.partners.presenting import operator_name, used_by
from apps.partners.record import record_of_processing, shown_measures
from apps.partners.services.keep_processing import set_retentions


def record_page(admin: DeskAdmin, request: HttpRequest) -> HttpResponse:
    """The whole record, to be read and printed."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    may_export = exporting.exporter().allows(admin, request)
    context = {
        "title": _("Record of processing"),
        "opts": None,
        "record": record_of_processing(),
        "measures": shown_measures(),
        "operator": operator_name(),
        "printed_at": clock.now(),
        "may_add": admin.has_add_permission(request),
        "export_url": reverse("admin:partners_processing_export") if may_export else "",
    }
    return render(request, "partners/record.html", {**admin.admin_site.each_context(request), **context})


def set_period(admin: DeskAdmin, request: HttpRequest, uses: QuerySet[Processing]) -> HttpResponse:
    """Asks for the period of the chosen lines; with it, sets it for all of them."""
    user = request.user
    if not isinstance(user, User) or not admin.has_change_permission(request):
        raise PermissionDenied
    form = PeriodForm(request.POST if "apply" in request.POST else None)
    retention = form.retention() if form.is_valid() else None
    if retention:
        changed = set_retentions(actor=user, uses=uses, retention=retention)
        told = ngettext("The period of %(n)d use is set.", "The period of %(n)d uses is set.", changed)
        messages.success(request, told % {"n": changed})
        return redirect("admin:partners_processing_changelist")
    context: dict[str, Any] = {
        "title": _("Set a retention period"),
        "opts": admin.opts,
        "form": form,
        "lines": [(use.pk, f"{use.category.title} · {use.purpose.title} · {used_by(use)}") for use in uses],
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return render(request, "partners/set_period.html", {**admin.admin_site.each_context(request), **context})
