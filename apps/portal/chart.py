"""The picture of the start page: opt-outs of the last days, by the medium through which they came."""

from django.utils.translation import gettext as _

from apps.core.chart import Chart
from apps.core.periods import DAYS_30
from apps.optouts.figures import chart_of, counts_of


def optouts_by_day() -> Chart:
    """The picture of the last 30 days, today included."""
    return chart_of("medium", _("Opt-outs of the last 30 days, by how they came"), DAYS_30, counts_of(DAYS_30))
