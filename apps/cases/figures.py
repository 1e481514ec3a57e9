"""Figures of cases for the desk: how many wait, counted to a hundred and no further; how we do against the clock.

The first are read from the indexes of open cases. The second come from the tally of months, which a job keeps.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, QuerySet

from apps.accounts.models import User
from apps.cases.choices import Box
from apps.cases.kinds import kinds
from apps.cases.models import Case, Tally

MOST = 99
COUNTED = (Box.OPEN, Box.MINE, Box.UNASSIGNED, Box.TODAY, Box.OVERDUE, Box.WAITING, Box.TAKEN)


def at_most(rows: QuerySet[Any]) -> Func:
    """How many rows there are, looking at MOST and one more of them: a piece of an index."""
    found = ArraySubquery(rows.values("pk")[: MOST + 1])
    return Func(found, function="cardinality", output_field=IntegerField())


def shown(number: int) -> str:
    """`12`, `99+`."""
    return f"{MOST}+" if number > MOST else str(number)


def box_counts(user_id: int, boxes: Iterable[str] = COUNTED) -> dict[str, int]:
    """How many cases lie in each box, up to MOST and one: all of them by one question."""
    asked = {f"in_{box}": at_most(Case.objects.in_box(box, user_id)) for box in boxes}
    row = User.objects.filter(pk=user_id).annotate(**asked).values(*asked).first() or {}
    return {name.removeprefix("in_"): number for name, number in row.items()}


@dataclass(frozen=True)
class Load:
    """What one member of staff has, each number up to MOST and one."""

    person: User
    held: int
    today: int
    overdue: int
    waiting: int


def loads(people: Iterable[User]) -> list[Load]:
    """What each of them has, whoever has most of it overdue first."""
    theirs = Case.objects.filter(assignee=OuterRef("pk"))
    narrowed = {
        "held": theirs.open().by_due(), "today": theirs.due_today().by_due(), "overdue": theirs.overdue().by_due(),
        "waiting": theirs.waiting().by_due(),
    }  # fmt: skip
    rows = User.objects.filter(pk__in=[person.pk for person in people])
    counted = rows.annotate(**{name: at_most(cases) for name, cases in narrowed.items()})
    found = [Load(row, *(getattr(row, name) for name in narrowed)) for row in counted]
    return sorted(found, key=lambda load: (-load.overdue, -load.today, -load.held, str(load.person)))


@dataclass(frozen=True)
class Speed:
    """How we did: cases answered, how many of them in time, how many of them refused; working days by rank."""

    days: Counter[int]
    in_time: int
    refused: int

    @property
    def answered(self) -> int:
        """How many."""
        return self.days.total()

    @property
    def late(self) -> int:
        """How many of them too late."""
        return self.answered - self.in_time

    @property
    def median(self) -> int | None:
        """Half of them took so many working days or fewer."""
        return self.percentile(50)

    @property
    def ninetieth(self) -> int | None:
        """Nine of ten did."""
        return self.percentile(90)

    @property
    def share(self) -> int | None:
        """Per cent in time, rounded down: 100 is all of them."""
        return 100 * self.in_time // self.answered if self.answered else None

    def percentile(self, per_cent: int) -> int | None:
        """The nearest rank: the smallest number of days in which so many per cent were answered."""
        wanted, seen = -(-self.answered * per_cent // 100), 0
        for days in sorted(self.days):
            seen += self.days[days]
            if seen >= wanted:
                return days
        return None


def _is_answer(row: Tally) -> bool:
    workflow = kinds.workflows.get(row.kind)
    return workflow is not None and row.status in (workflow.answers or workflow.final)


def answered_since(month: date) -> list[Tally]:
    """The tally of cases in which the person got an answer, from a month on."""
    return [row for row in Tally.objects.since(month) if _is_answer(row)]


def speed_of(rows: Iterable[Tally]) -> Speed:
    """All of these rows together."""
    days: Counter[int] = Counter()
    in_time = refused = 0
    for row in rows:
        days[row.days] += row.cases
        in_time += row.cases * row.in_time
        refused += row.cases * (row.status in kinds[row.kind].refused)
    return Speed(days, in_time, refused)


def refusals_by_reason(rows: Iterable[Tally]) -> Counter[str]:
    """How many were refused for what."""
    found: Counter[str] = Counter()
    for row in rows:
        if row.reason:
            found[row.reason] += row.cases
    return found
