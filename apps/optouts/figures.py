"""How many opt-outs came when: by channel, by how they came, by who reported them, by campaign.

Counted through the index on their time, over no more than a period's rows and no more than MOST_COUNTED of them. What
lies before today never changes, so it is counted once a day.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.cache import cache
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.chart import Chart, Series
from apps.core.choices import Channel
from apps.core.periods import OTHERS_COLOUR, PALETTE, Period, midnight
from apps.optouts.choices import Medium
from apps.optouts.models import OptOutEvent
from apps.partners.models import Partner

MOST_COUNTED = 1_000_000
MOST_SERIES = 7  # of partners and campaigns; what is rarer is counted together
COLOURS: dict[str, str] = {
    Medium.LINK: "#0d9488", Medium.ONE_CLICK: "#5eead4", Medium.PHONE: "#f59e0b", Medium.LETTER: "#a78bfa",
    Medium.FILE: "#64748b", Medium.SMS: "#f472b6",  # a channel of that name too
    Channel.EMAIL: "#0ea5e9", Channel.PUSH: "#f59e0b", Channel.CALL: "#a78bfa",
    Channel.MESSENGER: "#84cc16", Channel.ALL: "#64748b",
}  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """(dimension, value, first day of the piece) → how many; `cut` is how many were counted where there are more."""

    by: Counter[tuple[str, str, date]]
    cut: int = 0


def counts_of(period: Period) -> Counts:
    """The period's figures, today's among them as they are now."""
    today = clock.today()
    past, live = _past(period, today), _count(period, today, today + timedelta(days=1))
    return Counts(past.by + live.by, past.cut or live.cut)


def _past(period: Period, today: date) -> Counts:
    key = f"optouts:figures:{period.code}:{today.isoformat()}"
    counts: Counts | None = cache.get(key)
    if counts is None:
        counts = _count(period, period.starts(today)[0], today)
        cache.set(key, counts, timeout=24 * 60 * 60)
    return counts


def _count(period: Period, first: date, end: date) -> Counts:
    """Events recorded from the day `first` up to the day `end`, which is left out."""
    rows = OptOutEvent.objects.tally(midnight(first), midnight(end), unit=period.unit, most=MOST_COUNTED)
    by = Counter({(dimension, value, start): n for dimension, value, start, n in rows})
    counted = sum(n for (dimension, *_rest), n in by.items() if dimension == "channel")  # which every event has
    return Counts(by, counted if counted >= MOST_COUNTED else 0)


def chart_of(dimension: str, title: str, period: Period, counts: Counts) -> Chart:
    """The picture of one dimension: `channel`, `medium`, `partner` or `campaign`."""
    starts = period.starts(clock.today())
    totals: Counter[str] = Counter()
    for (of, value, _start), n in counts.by.items():
        if of == dimension:
            totals[value] += n
    values = _ORDER[dimension](totals)
    titles = _partner_names(values) if dimension == "partner" else _TITLES.get(dimension, {})
    series = [
        Series(str(titles.get(value, value)), _colour(value, place), [counts.by[dimension, value, s] for s in starts])
        for place, value in enumerate(values)
    ]
    rest = [value for value in totals if value not in values]
    if rest:
        together = [sum(counts.by[dimension, value, start] for value in rest) for start in starts]
        series.append(Series(_("Others"), OTHERS_COLOUR, together))
    return Chart(title, [period.name(start) for start in starts], series, [period.short(start) for start in starts])


def _declared(codes: Iterable[str]) -> Callable[[Counter[str]], list[str]]:
    return lambda totals: [code for code in codes if totals[code]]


def _largest(totals: Counter[str]) -> list[str]:
    return [value for value, _n in totals.most_common(MOST_SERIES)]


_ORDER: dict[str, Callable[[Counter[str]], list[str]]] = {
    "channel": _declared(Channel.values), "medium": _declared(Medium.values), "partner": _largest, "campaign": _largest,
}  # fmt: skip
_TITLES = {"channel": dict(Channel.choices), "medium": dict(Medium.choices)}


def _partner_names(keys: Sequence[str]) -> dict[str, str]:
    names = Partner.objects.filter(pk__in=[int(key) for key in keys]).values_list("pk", "name")
    return {str(pk): name for pk, name in names}


def _colour(value: str, place: int) -> str:
    return COLOURS.get(value) or PALETTE[place % len(PALETTE)]
