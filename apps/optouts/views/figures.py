"""Opt-outs over time, as pictures and tables."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.core.periods import DAYS_30, PERIOD_BY_CODE, PERIODS
from apps.optouts.figures import chart_of, counts_of
from apps.subjects.views.desk import desk_page, staff


def figures(request: HttpRequest) -> HttpResponse:
    """The figures of one period; of the last 30 days when none is chosen."""
    staff(request, "optouts.view_optoutevent")
    period = PERIOD_BY_CODE.get(request.GET.get("period", ""), DAYS_30)
    counts = counts_of(period)
    titles = {
        "channel": _("By channel"), "medium": _("By how they came"), "partner": _("By who reported them"),
        "campaign": _("By campaign"),
    }  # fmt: skip
    charts = [chart_of(dimension, title, period, counts) for dimension, title in titles.items()]
    context = {
        "title": _("Opt-outs in figures"), "opts": None, "period": period, "periods": PERIODS, "charts": charts,
        "total": sum(charts[0].totals), "most": counts.cut,
        "piece": {"day": _("Day"), "week": _("Week from"), "month": _("Month")}[period.unit],
    }  # fmt: skip
    return desk_page(request, "optouts/figures.html", context)
