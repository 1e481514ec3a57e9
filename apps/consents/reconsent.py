"""Who has to agree again because an edition widened a purpose: how many, and how it goes on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from apps.consents.choices import CHANNEL_CHOICES, CHANNELS, EVERY_CHANNEL, Measure
from apps.consents.figures import chart, last_days, since
from apps.consents.filters import list_code
from apps.consents.models import Asking, ConsentFigure
from apps.consents.services.announcing import is_advertising
from apps.consents.services.widenings import Widening, widenings
from apps.core import clock
from apps.core.chart import Chart, Series
from apps.policies.registry import purpose_title

_CHANNELS = dict(CHANNEL_CHOICES)
_ANSWERS = (Measure.ASKED, Measure.WAITING, Measure.AGREED, Measure.TURNED_DOWN)
COLOURS = {"current": "#0d9488", "waiting": "#f59e0b", "unasked": "#64748b", "refused": "#ec4899"}


@dataclass(frozen=True)
class Line:
    """A channel: people whose consent in force rests on an earlier edition or on none, and on this one or a later;
    those of another document's; who was asked, of them who has not answered, who agreed again and who refused since.
    """

    channel: str
    code: str
    earlier: int = 0
    current: int = 0
    elsewhere: int = 0
    asked: int = 0
    waiting: int = 0
    agreed: int = 0
    refused: int = 0

    @property
    def title(self) -> str:
        """The channel's; without one it is of people, by whichever they agreed."""
        return str(_CHANNELS[self.channel]) if self.channel else _("By at least one channel")

    @property
    def percent(self) -> int | None:
        """How many per cent of all agreed to what is true now; None where nobody did."""
        known = self.earlier + self.current
        return round(100 * self.current / known) if known else None


@dataclass(frozen=True)
class Shown:
    """A purpose that an edition widened, with its lines, the picture since, and the last askings."""

    widening: Widening
    title: str
    by_channel: bool
    lines: list[Line]
    progress: Chart
    piece: str
    askings: list[Asking]

    @property
    def running(self) -> Asking | None:
        """The asking that is being recorded now."""
        return next((asking for asking in self.askings if asking.running), None)


def shown_widenings() -> list[Shown]:
    """Everything for which people are to be asked again, the latest edition first."""
    newest = ConsentFigure.objects.newest()
    return [_shown(widening, newest.day if newest else None) for widening in widenings()]


def _shown(widening: Widening, day: date | None) -> Shown:
    by_channel = is_advertising(widening.purpose)
    places = [EVERY_CHANNEL, *(channel.value for channel in CHANNELS if by_channel)]
    published = widening.edition.published_at
    assert published is not None
    period = since(localdate(published))
    starts = period.starts(clock.today())
    counted = last_days(ConsentFigure.objects.counted_days(starts[0], clock.today()), period)
    sums = _sums(widening, {*counted.values(), *([day] if day else [])})
    lines = [_line(widening, place, sums, day) for place in places]
    then = [_line(widening, EVERY_CHANNEL, sums, counted.get(start)) for start in starts]
    askings = Asking.objects.filter(edition=widening.edition, purpose=widening.purpose).select_related("created_by")
    return Shown(
        widening, purpose_title(widening.purpose), by_channel, lines,
        chart(_("Since the publication"), period, starts, _series(then)),
        {"day": _("Day"), "week": _("Week from"), "month": _("Month")}[period.unit], list(askings.order_by("-pk")[:5]),
    )  # fmt: skip


Sums = Counter[tuple[date, str, str]]


def _sums(widening: Widening, days: set[date]) -> Sums:
    """(day, channel, what) → people."""
    heeding, earlier = set(widening.heeding()), {None, *widening.earlier()}
    rows = ConsentFigure.objects.filter(
        day__in=days, purpose=widening.purpose, measure__in=[Measure.IN_FORCE, *_ANSWERS]
    )  # fmt: skip
    sums: Sums = Counter()
    for day, channel, measure, edition, number in rows.values_list("day", "channel", "measure", "edition", "number"):
        if measure == Measure.IN_FORCE:
            what = "current" if edition in heeding else "earlier" if edition in earlier else "elsewhere"
            sums[day, channel, what] += number
        elif edition == widening.edition.pk:
            sums[day, channel, measure] += number
    return sums


def _line(widening: Widening, channel: str, sums: Sums, day: date | None) -> Line:
    def of(what: str) -> int:
        return sums[day, channel, what] if day else 0

    return Line(
        channel, list_code(widening, channel), of("earlier"), of("current"), of("elsewhere"), of(Measure.ASKED),
        of(Measure.WAITING), of(Measure.AGREED), of(Measure.TURNED_DOWN),
    )  # fmt: skip


def _series(lines: Sequence[Line]) -> list[Series]:
    return [
        Series(_("Agreed to what is true now"), COLOURS["current"], [line.current for line in lines], stock=True),
        Series(_("Asked, no answer yet"), COLOURS["waiting"], [line.waiting for line in lines], stock=True),
        Series(_("Not asked"), COLOURS["unasked"], [max(line.earlier - line.waiting, 0) for line in lines], stock=True),
        Series(_("Refused since"), COLOURS["refused"], [line.refused for line in lines], stock=True),
    ]
