"""Spans of time in pieces, as figures are shown over them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

# Told apart also by who sees colours otherwise; light and dark enough for both themes.
PALETTE = ("#0d9488", "#f59e0b", "#6366f1", "#ec4899", "#84cc16", "#0ea5e9", "#a16207")
OTHERS_COLOUR = "#64748b"


@dataclass(frozen=True)
class Period:
    """A span of time up to now, in pieces of a day, week or month (`unit`, as PostgreSQL's date_trunc takes it)."""

    code: str
    title: str | Promise
    unit: str
    pieces: int

    def starts(self, today: date) -> list[date]:
        """The first day of every piece, the one that is under way last."""
        found = [self.start(today)]
        while len(found) < self.pieces:
            found.append(self.start(found[-1] - timedelta(days=1)))
        return found[::-1]

    def start(self, day: date) -> date:
        """The first day of the piece in which a day lies."""
        if self.unit == "month":
            return day.replace(day=1)
        return day - timedelta(days=day.weekday()) if self.unit == "week" else day

    def name(self, start: date) -> str:
        """What a piece is called."""
        return formats.date_format(start, "YEAR_MONTH_FORMAT" if self.unit == "month" else "MONTH_DAY_FORMAT")

    def short(self, start: date) -> str:
        """The same in figures."""
        return f"{start:%m.%Y}" if self.unit == "month" else f"{start:%d.%m}"


DAYS_30 = Period("30d", gettext_lazy("30 days"), "day", 30)
PERIODS = (
    DAYS_30,
    Period("12w", gettext_lazy("12 weeks"), "week", 12),
    Period("12m", gettext_lazy("12 months"), "month", 12),
)
PERIOD_BY_CODE = {period.code: period for period in PERIODS}


def midnight(day: date) -> datetime:
    """The first moment of a day where the operator works."""
    return timezone.make_aware(datetime.combine(day, time.min))
