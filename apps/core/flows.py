"""A picture of flows through columns of places, drawn on the server as SVG: bands as wide as what goes through them.

Names stand in the picture, so it has a width below which it is scrolled rather than made smaller.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

WIDTH = 1000.0
NODE = 12.0  # width of a place
UNIT = 6.0  # height of one thing that flows
GAP = 10.0
LINE = 15.0  # of a name; every place has the height of its name at least
MOST_LETTERS = 27  # of one line of a name
MARGIN = 235.0  # for the names beside the outer columns


@dataclass(frozen=True)
class Place:
    """One place of a column, by a key that is unique in the picture. `mark` is a class of the style sheet."""

    key: str
    title: str
    mark: str = ""


@dataclass(frozen=True)
class Flow:
    """How much goes from one place to a place of the next column; `mark` as of a place."""

    start: str
    end: str
    amount: int
    title: str
    mark: str = ""


@dataclass(frozen=True)
class Box:
    """A place as it is drawn, with the lines of its name. `anchor` is where the name begins: `start` or `end`."""

    place: Place
    x: float
    y: float
    height: float
    text_x: float
    anchor: str

    @property
    def lines(self) -> list[tuple[str, str]]:
        """(y, text) of the lines of the name, in the middle of the place."""
        texts = _wrapped(self.place.title)
        first = self.y + self.height / 2 - (len(texts) - 1) * LINE / 2 + LINE / 3
        return [(f"{first + number * LINE:.1f}", text) for number, text in enumerate(texts)]

    @property
    def rect(self) -> dict[str, str]:
        """Its attributes as texts, with a point in every language."""
        return {"x": f"{self.x:.1f}", "y": f"{self.y:.1f}", "width": f"{NODE:g}", "height": f"{self.height:.1f}"}

    @property
    def text_place(self) -> str:
        """Where the name stands."""
        return f"{self.text_x:.1f}"


@dataclass(frozen=True)
class Band:
    """A flow as it is drawn: a path to be filled."""

    flow: Flow
    path: str


@dataclass(frozen=True)
class Flows:
    """Columns from left to right, each from top to bottom, and what flows between neighbours."""

    title: str
    columns: Sequence[Sequence[Place]]
    flows: Sequence[Flow]
    headings: Sequence[str] = field(default=())

    @cached_property
    def amounts(self) -> dict[str, int]:
        """What goes through each place: the larger of what comes and what goes."""
        came: dict[str, int] = defaultdict(int)
        went: dict[str, int] = defaultdict(int)
        for flow in self.flows:
            went[flow.start] += flow.amount
            came[flow.end] += flow.amount
        return {key: max(came[key], went[key]) for key in {*came, *went}}

    @cached_property
    def height(self) -> float:
        """Of the whole picture."""
        return max((sum(self._height(place) + GAP for place in column) for column in self.columns), default=0) + GAP

    @property
    def view(self) -> str:
        """The picture's `viewBox`."""
        return f"0 0 {WIDTH:g} {self.height:.0f}"

    def _height(self, place: Place) -> float:
        return max(self.amounts.get(place.key, 0) * UNIT, LINE * len(_wrapped(place.title)))

    @cached_property
    def boxes(self) -> list[Box]:
        """Every place; a column that is lower than the others stands in their middle."""
        return [box for number in range(len(self.columns)) for box in self._column(number)]

    def _column(self, number: int) -> Iterable[Box]:
        column, last = self.columns[number], len(self.columns) - 1
        free = self.height - sum(self._height(place) for place in column)
        gap = free / (len(column) + 1)
        x = MARGIN + number * (WIDTH - 2 * MARGIN - NODE) / max(last, 1)
        outside = number == 0
        y = gap
        for place in column:
            height = self._height(place)
            yield Box(place, x, y, height, x - 8 if outside else x + NODE + 8, "end" if outside else "start")
            y += height + gap

    @cached_property
    def bands(self) -> list[Band]:
        """Every flow, in the order of the places at both ends, so that few cross at a place."""
        boxes = {box.place.key: box for box in self.boxes}
        going = self._offsets(boxes, start=True)
        coming = self._offsets(boxes, start=False)
        return [
            Band(flow, _path(boxes[flow.start], boxes[flow.end], going[n], coming[n], flow.amount * UNIT))
            for n, flow in enumerate(self.flows)
        ]

    def _offsets(self, boxes: dict[str, Box], *, start: bool) -> dict[int, float]:
        """How far below the upper edge of its place each flow begins (or ends), by its number."""
        filled: dict[str, float] = {}
        for box in boxes.values():
            through = sum(flow.amount for flow in self.flows if (flow.start if start else flow.end) == box.place.key)
            filled[box.place.key] = (box.height - through * UNIT) / 2
        found = {}
        order = sorted(range(len(self.flows)), key=lambda n: _other_y(boxes, self.flows[n], start=start))
        for n in order:
            key = self.flows[n].start if start else self.flows[n].end
            found[n] = filled[key]
            filled[key] += self.flows[n].amount * UNIT
        return found


def _other_y(boxes: dict[str, Box], flow: Flow, *, start: bool) -> float:
    return boxes[flow.end if start else flow.start].y


def _path(start: Box, end: Box, going: float, coming: float, width: float) -> str:
    """A band from the right edge of one place to the left edge of another, bent in the middle."""
    x1, x2 = start.x + NODE, end.x
    y1, y2 = start.y + going, end.y + coming
    bend = (x1 + x2) / 2
    return (
        f"M{x1:.1f} {y1:.1f}C{bend:.1f} {y1:.1f} {bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        f"V{y2 + width:.1f}C{bend:.1f} {y2 + width:.1f} {bend:.1f} {y1 + width:.1f} {x1:.1f} {y1 + width:.1f}Z"
    )


def _wrapped(title: str) -> list[str]:
    """A name in at most two lines, the rest cut off: the whole of it stands in the tooltip and the table."""
    lines: list[str] = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > MOST_LETTERS:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines[1] = f"{lines[1]} …"
    return [line if len(line) <= MOST_LETTERS + 2 else f"{line[:MOST_LETTERS]}…" for line in lines[:2]]
