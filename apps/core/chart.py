"""Stacked bars, drawn on the server as SVG: no script is needed, and the same figures stand beside them as a table.

Text lies outside the picture, in HTML: a picture that grows and shrinks with the screen would take its letters along.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils import formats

HEIGHT = 100.0
STEP = 10.0  # width of a place for a bar, of which the bar takes most
BAR = 7.5
MOST_LABELS = 6


@dataclass(frozen=True)
class Series:
    """One colour of the bars: what it is called, and its value at every place. `stock` says that values are how much
    there was then, and not how much came: the last of them tells what there is.
    """

    title: str
    colour: str
    values: Sequence[int]
    stock: bool = False

    @property
    def total(self) -> int:
        """All of it together."""
        return sum(self.values)

    @property
    def told(self) -> int:
        """What stands beside its name: all of it together, or what there is."""
        return self.values[-1] if self.stock and self.values else self.total


@dataclass(frozen=True)
class Rect:
    """A piece of a bar, in the picture's own units from its upper left corner; `title` says what it is."""

    x: str
    y: str
    width: str
    height: str
    colour: str
    title: str


@dataclass(frozen=True)
class Chart:
    """Bars at `places`, each of which has a name; the series lie on each other in their order. `short` are the names
    as they stand below the bars.
    """

    title: str
    places: Sequence[str]
    series: Sequence[Series]
    short: Sequence[str] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(series.total for series in self.series)

    @cached_property
    def totals(self) -> list[int]:
        """Of every place, all series together."""
        return [sum(series.values[place] for series in self.series) for place in range(len(self.places))]

    @cached_property
    def top(self) -> int:
        """The value at the picture's upper edge: a round number."""
        return round_up(max(self.totals, default=0))

    @property
    def marks(self) -> list[str]:
        """What stands at the upper edge, in the middle and below, for the reader."""
        half = [] if self.top % 2 else [self.top // 2]
        return [formats.number_format(value, force_grouping=True) for value in (self.top, *half, 0)]

    @property
    def view(self) -> str:
        """The picture's `viewBox`."""
        return f"0 0 {len(self.places) * STEP:g} {HEIGHT:g}"

    @property
    def labels(self) -> list[str]:
        """Names of places, as many as fit: the others are empty. The last one always stands."""
        every = -(-len(self.places) // MOST_LABELS)
        last = len(self.places) - 1
        return [name if (last - place) % every == 0 else "" for place, name in enumerate(self.short or self.places)]

    @property
    def rects(self) -> list[Rect]:
        """The pieces of all bars."""
        return [rect for place in range(len(self.places)) for rect in self._bar(place)]

    def _bar(self, place: int) -> list[Rect]:
        found, floor = [], 0
        for series in self.series:
            value = series.values[place]
            if not value:
                continue
            height = value / self.top * HEIGHT
            y = HEIGHT - (floor + value) / self.top * HEIGHT
            title = f"{self.places[place]} · {series.title}: {formats.number_format(value, force_grouping=True)}"
            found.append(Rect(_unit(place * STEP + (STEP - BAR) / 2), _unit(y), _unit(BAR), _unit(height),
                              series.colour, title))  # fmt: skip
            floor += value
        return found

    @property
    def rows(self) -> list[tuple[str, list[int], int]]:
        """The picture in words: the name of each place that has something, the value of each series, their sum."""
        return [
            (name, [series.values[place] for series in self.series], total)
            for place, (name, total) in enumerate(zip(self.places, self.totals, strict=True))
            if total
        ]


def _unit(value: float) -> str:
    return f"{value:.2f}"  # with a point in every language


def round_up(value: int) -> int:
    """The next number that is easy to read: 1, 2, 3, 4, 5, 6, 8 or 10 of the largest power of ten in it."""
    if value <= 1:
        return 1
    power = int("1".ljust(len(str(value)), "0"))
    return next(step * power for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= value)
