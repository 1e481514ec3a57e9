"""Consents over time as pictures and tables, read off the small table of figures."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle

from django.utils.translation import gettext as _

from apps.consents.choices import EVERY_CHANNEL, REFUSING, Measure, Medium, State
from apps.consents.models import ConsentFigure
from apps.core import clock
from apps.core.chart import Chart, Series
from apps.core.periods import OTHERS_COLOUR, PALETTE, Period
from apps.policies.models import PolicyEdition
from apps.policies.registry import PURPOSES, purpose_title

MEDIUM_COLOURS = dict(zip(Medium.values, PALETTE, strict=True))


@dataclass(frozen=True)
class Share:
    """A purpose now: people whose consent is in force, those of them under an edition that is in force, per cent; and
    how many consents were recorded and how many refusals and withdrawals in the period.
    """

    title: str
    people: int
    current: int
    given: int
    ended: int

    @property
    def percent(self) -> int | None:
        """Of people, rounded; None where there are none."""
        return round(100 * self.current / self.people) if self.people else None


@dataclass(frozen=True)
class Figures:
    """What the page shows; `counted_at` is None where nobody has counted yet. `wait`: days to be counted anew."""

    counted_at: datetime | None
    shares: list[Share]
    charts: list[Chart]
    wait: int = 0


def figures_of(period: Period) -> Figures:
    """The figures of a period, today's as of the last count."""
    newest = ConsentFigure.objects.newest()
    if newest is None:
        return Figures(None, [], [])
    starts = period.starts(clock.today())
    people = _people(period, starts)
    acts = _acts(period, starts)
    shares = _shares(newest.day, acts)
    charts = [_by_edition(purpose, people, period, starts) for purpose in dict.fromkeys(key[0] for key in people)]
    sources = [
        (_("Withdrawals and refusals, by how they came"), REFUSING),
        (_("Consents, by how they came"), (State.GIVEN,)),
    ]
    charts += [_by_source(title, states, acts, period, starts) for title, states in sources]
    return Figures(newest.counted_at, shares, charts, len(ConsentFigure.objects.known_better()))


def last_days(days: Iterable[date], period: Period) -> dict[date, date]:
    """Of each piece of a period, by its first day, the last day that was counted."""
    return {period.start(day): day for day in sorted(days)}


def _people(period: Period, starts: Sequence[date]) -> dict[tuple[str, int | None], Counter[date]]:
    """(purpose, edition) → people at the end of each piece, in the order of the register."""
    pieces = {day: start for start, day in last_days(
        ConsentFigure.objects.counted_days(starts[0], clock.today()), period).items()}  # fmt: skip
    rows = ConsentFigure.objects.filter(day__in=pieces, measure=Measure.IN_FORCE, channel=EVERY_CHANNEL)
    found: dict[tuple[str, int | None], Counter[date]] = defaultdict(Counter)
    for purpose, edition, day, number in rows.values_list("purpose", "edition", "day", "number"):
        found[purpose, edition][pieces[day]] += number
    order = {purpose.code: place for place, purpose in enumerate(PURPOSES)}
    return dict(sorted(found.items(), key=lambda item: (order.get(item[0][0], len(order)), item[0][1] or 0)))


def _acts(period: Period, starts: Sequence[date]) -> Counter[tuple[str, str, str, date]]:
    """(state, purpose, medium, piece) → acts recorded in it."""
    rows = ConsentFigure.objects.filter(day__gte=starts[0], measure__in=[State.GIVEN, *REFUSING])
    found: Counter[tuple[str, str, str, date]] = Counter()
    for measure, purpose, medium, day, number in rows.values_list("measure", "purpose", "medium", "day", "number"):
        found[measure, purpose, medium, period.start(day)] += number
    return found


def _shares(day: date, acts: Counter[tuple[str, str, str, date]]) -> list[Share]:
    in_force = set(PolicyEdition.objects.in_force_each().values_list("pk", flat=True))
    rows = ConsentFigure.objects.filter(day=day, measure=Measure.IN_FORCE, channel=EVERY_CHANNEL)
    people: Counter[str] = Counter()
    current: Counter[str] = Counter()
    for purpose, edition, number in rows.values_list("purpose", "edition", "number"):
        people[purpose] += number
        current[purpose] += number if edition in in_force else 0
    given, ended = _sums(acts, (State.GIVEN,)), _sums(acts, REFUSING)
    shown = [purpose.code for purpose in PURPOSES if people[purpose.code] or given[purpose.code] or ended[purpose.code]]
    return [Share(purpose_title(c), people[c], current[c], given[c], ended[c]) for c in shown]


def _sums(acts: Counter[tuple[str, str, str, date]], states: Sequence[State]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for (state, purpose, _medium, _piece), number in acts.items():
        sums[purpose] += number if state in states else 0
    return sums


def _by_edition(
    purpose: str, people: dict[tuple[str, int | None], Counter[date]], period: Period, starts: Sequence[date]
) -> Chart:
    keys = [edition for code, edition in people if code == purpose]
    editions = (
        PolicyEdition.objects.select_related("document").only("number", "document").in_bulk([k for k in keys if k])
    )
    names = {key: edition_name(edition) for key, edition in editions.items()} | {None: _("Edition not recorded")}
    colours = dict(zip(sorted(editions), cycle(PALETTE), strict=False)) | {None: OTHERS_COLOUR}
    series = [
        Series(names[key], colours[key], [people[purpose, key][start] for start in starts], stock=True) for key in keys
    ]
    title = _("%(purpose)s: people whose consent is in force") % {"purpose": purpose_title(purpose)}
    return chart(title, period, starts, series)


def _by_source(
    title: str, states: Sequence[State], acts: Counter[tuple[str, str, str, date]], period: Period,
    starts: Sequence[date],
) -> Chart:  # fmt: skip
    by: Counter[tuple[str, date]] = Counter()
    for (state, _purpose, medium, piece), number in acts.items():
        by[medium, piece] += number if state in states else 0
    series = [
        Series(str(medium.label), MEDIUM_COLOURS[medium], [by[medium, start] for start in starts]) for medium in Medium
    ]
    return chart(title, period, starts, [one for one in series if one.total])


def edition_name(edition: PolicyEdition) -> str:
    """`Privacy policy, edition 2`."""
    return _("%(document)s, edition %(number)s") % {"document": edition.document.title, "number": edition.number}


def chart(title: str, period: Period, starts: Sequence[date], series: Sequence[Series]) -> Chart:
    """The picture of series over a period's pieces."""
    return Chart(title, [period.name(start) for start in starts], series, [period.short(start) for start in starts])


def since(day: date) -> Period:
    """The period with few pieces that begins no later than a day: by days, weeks or months."""
    days = (clock.today() - day) // timedelta(days=1) + 1
    unit, length = next((unit, n) for unit, n in (("day", 1), ("week", 7), ("month", 28)) if days <= 31 * n or n == 28)
    return Period("since", "", unit, min(days // length + 2, 60) if length > 1 else max(days, 1))
