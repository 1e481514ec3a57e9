"""The page on which a list is exported. Looking at it records nothing; the file comes by POST."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.admin import DeskAdmin, narrowing_query
from apps.core.exporting import ListResource
from apps.exports.delivery import FILES, Delivery
from apps.exports.forms import ExportForm
from apps.exports.models import Export
from apps.exports.narrowing import narrowings
from apps.exports.services import MAY_REVEAL, permission_for, start
from apps.subjects.views.desk import desk_page, staff


def allows(admin: DeskAdmin, request: HttpRequest) -> bool:
    """Whether this member of staff sees the list and may take it along."""
    may_see: bool = admin.has_view_permission(request)
    return may_see and request.user.has_perm(permission_for(_resource(admin)))


def page(admin: DeskAdmin, request: HttpRequest) -> HttpResponseBase:
    """What would be exported and how; by POST the file."""
    resource = _resource(admin)
    actor = staff(request, permission_for(resource))
    if not admin.has_view_permission(request):
        raise PermissionDenied
    try:
        shown: ChangeList = admin.get_changelist_instance(request)
    except IncorrectLookupParameters:
        messages.error(request, _("These filters don't fit the list. Choose them again."))
        return redirect(_list(admin))
    may_reveal = resource.personal and actor.has_perm(MAY_REVEAL)
    form = ExportForm(request.POST if request.method == "POST" else None, may_reveal=may_reveal)
    if form.is_valid() and _fits(form, shown):
        return _file(actor, resource, shown, form)
    return _page(request, admin, resource, shown, form)


def _resource(admin: DeskAdmin) -> ListResource:
    assert admin.export_resource is not None
    return admin.export_resource()


def _list(admin: DeskAdmin) -> str:
    return reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_changelist")


def _fits(form: ExportForm, shown: ChangeList) -> bool:
    """Whether the format has room for the list; looked at without counting it."""
    most = FILES[form.cleaned_data["file_format"]].most_rows
    if most is None or not shown.queryset.order_by().values("pk")[most : most + 1].exists():
        return True
    told = _("A workbook has room for %(most)s rows, and the list has more. Choose CSV, or filter the list.")
    form.add_error("file_format", told % {"most": f"{most:n}"})
    return False


def _file(actor: User, resource: ListResource, shown: ChangeList, form: ExportForm) -> HttpResponseBase:
    export = start(
        actor=actor,
        resource=resource,
        exported=shown.model._meta.label_lower,
        file_format=form.cleaned_data["file_format"],
        filters=[narrowing.code for narrowing in narrowings(shown)],
        reason=form.cleaned_data.get("reason", ""),
        note=form.cleaned_data.get("note", ""),
    )
    delivery = Delivery(export=export, resource=resource, queryset=shown.queryset)
    response = StreamingHttpResponse(delivery, content_type=FILES[export.file_format].content_type)
    response["Content-Disposition"] = f'attachment; filename="{_file_name(resource, export)}"'
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # a proxy would keep what it can't pass on at once in a file of its own
    return response


def _file_name(resource: ListResource, export: Export) -> str:
    return f"{resource.file_name}-{localtime(export.created_at):%Y-%m-%d-%H%M}-{export.reference}.{export.file_format}"


def _page(
    request: HttpRequest, admin: DeskAdmin, resource: ListResource, shown: ChangeList, form: ExportForm
) -> HttpResponse:
    back = _list(admin) + narrowing_query(request)
    context: dict[str, Any] = {
        "title": _("Export"),
        "opts": admin.opts,
        "trail": [{"title": admin.opts.verbose_name_plural, "link": back}, {"title": _("Export")}],
        "back": back,
        "form": form,
        "narrowings": narrowings(shown),
        "paginator": shown.paginator,
        "resource": resource,
    }
    return desk_page(request, "exports/export.html", context)
