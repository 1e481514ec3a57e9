"""The start page: find, opt out, the day's figures, what waits."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.imports.models import Batch
from apps.portal.chart import optouts_by_day
from apps.portal.day import day_for
from apps.portal.figures import figures_for
from apps.portal.first_steps import is_empty, steps_for

RECENT = 6


def start_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What `admin/index.html` shows to this member of staff."""
    context["title"] = _("Start")
    if is_empty():
        return context | {"first_steps": steps_for(request)}
    may = request.user.has_perm
    return context | {
        "figures": figures_for(request),
        "day": day_for(request),
        "picture": optouts_by_day() if may("optouts.view_optoutevent") else None,
        "recent_files": Batch.objects.select_related("partner")[:RECENT] if may("imports.view_batch") else None,
    }


def environment_badge(request: HttpRequest) -> list[str] | None:
    """A badge on every page of an installation that is not the real one."""
    return [_("Demo"), "warning"] if settings.DEMO else None
