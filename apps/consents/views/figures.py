"""Consents over time, as pictures and tables; and counting them anew."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from apps.consents import tasks
from apps.consents.figures import figures_of
from apps.core.periods import DAYS_30, PERIOD_BY_CODE, PERIODS
from apps.subjects.views.desk import desk_page, staff

MAY_LOOK = "consents.view_consentfigure"
PAGES = {"figures": "admin:consents_figures", "reconsent": "admin:consents_reconsent"}


def figures(request: HttpRequest) -> HttpResponse:
    """The figures of one period; of the last 30 days when none is chosen."""
    staff(request, MAY_LOOK)
    period = PERIOD_BY_CODE.get(request.GET.get("period", ""), DAYS_30)
    context = {
        "title": _("Consents in figures"), "opts": None, "period": period, "periods": PERIODS,
        "figures": figures_of(period),
        "piece": {"day": _("Day"), "week": _("Week from"), "month": _("Month")}[period.unit],
    }  # fmt: skip
    return desk_page(request, "consents/figures.html", context)


def count_now(request: HttpRequest) -> HttpResponse:
    """By POST: count in the background, and back to the page that asked."""
    staff(request, MAY_LOOK)
    if request.method != "POST":
        raise Http404
    try:
        with transaction.atomic():
            tasks.count.defer()
    except AlreadyEnqueued:
        pass
    messages.success(request, _("They are counted in the background. Look again in a moment."))
    return redirect(PAGES.get(request.POST.get("page", ""), PAGES["figures"]))
