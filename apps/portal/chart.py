"""The picture of the start page: opt-outs of the last days, by the medium through which they came."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import formats, timezone

from apps.core import clock
from apps.optouts.choices import Medium
from apps.optouts.models import OptOutEvent

DAYS = 30
COLOURS = {
    Medium.LINK: "#0d9488",
    Medium.ONE_CLICK: "#5eead4",
    Medium.PHONE: "#f59e0b",
    Medium.LETTER: "#a78bfa",
    Medium.FILE: "#64748b",
    Medium.SMS: "#f472b6",
}
_TICKS = {"color": "#9ca3af", "precision": 0}
_AXIS = {"stacked": True, "border": {"display": False}, "ticks": _TICKS}
OPTIONS = {
    "responsive": True,
    "maintainAspectRatio": False,
    "animation": False,
    "interaction": {"mode": "index", "intersect": False},
    "scales": {
        "x": {**_AXIS, "grid": {"display": False}, "ticks": {**_TICKS, "maxRotation": 0, "autoSkipPadding": 12}},
        "y": {**_AXIS, "grid": {"lineWidth": 0.5}, "beginAtZero": True},
    },
    "plugins": {
        "legend": {
            "position": "bottom", "align": "start",
            "labels": {"boxWidth": 10, "boxHeight": 10, "useBorderRadius": True, "borderRadius": 3, "color": "#9ca3af"},
        }
    },
}  # fmt: skip

Counts = dict[tuple[date, str], int]


@dataclass(frozen=True)
class Picture:
    """`data` and `options` are JSON for Chart.js; `rows` say it in words: (day, opt-outs), empty days left out."""

    data: str
    options: str
    rows: list[tuple[date, int]]


def optouts_by_day() -> Picture:
    """The picture of the last 30 days, today included."""
    today = clock.today()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    counts = {**_past(days[0], today), **_count(today, today + timedelta(days=1))}
    present = [medium for medium in Medium if any(counts.get((day, medium)) for day in days)]
    data = {
        "labels": [formats.date_format(day, "MONTH_DAY_FORMAT") for day in days],
        "datasets": [_dataset(medium, days, counts) for medium in present],
    }
    totals = [(day, sum(counts.get((day, medium), 0) for medium in Medium)) for day in days]
    return Picture(json.dumps(data), json.dumps(OPTIONS), [(day, total) for day, total in totals if total])


def _dataset(medium: Medium, days: Iterable[date], counts: Counts) -> dict[str, Any]:
    return {
        "label": str(medium.label),
        "data": [counts.get((day, medium), 0) for day in days],
        "backgroundColor": COLOURS[medium],
        "borderRadius": 3,
        "maxBarThickness": 26,
    }


def _past(first: date, today: date) -> Counts:
    """The days before today: what was recorded on them never changes, so they are counted once a day."""
    key = f"portal:optouts:{today.isoformat()}"
    counts: Counts | None = cache.get(key)
    if counts is None:
        counts = _count(first, today)
        cache.set(key, counts, timeout=24 * 60 * 60)
    return counts


def _count(first: date, end: date) -> Counts:
    """Events recorded from the day `first` up to the day `end`, which is left out."""
    events = OptOutEvent.objects.filter(recorded_at__gte=_midnight(first), recorded_at__lt=_midnight(end))
    rows = events.annotate(day=TruncDate("recorded_at")).values_list("day", "medium").annotate(n=Count("pk")).order_by()
    return {(day, medium): n for day, medium, n in rows}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
