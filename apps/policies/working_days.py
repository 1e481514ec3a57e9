"""Working days of Kyrgyzstan, and when a term ends: the one place where days are counted (promises: the law).

Days are counted from the day after the receipt. A day counts when the clock was running as it ended: a day on which it
was stopped does not, the day on which it went on does, and stopping and starting it within a day changes nothing. So
however often it is stopped, every day counts once or not at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, takewhile

import holidays
from django.utils import timezone

from apps.policies.choices import Counting

SATURDAY = 5
DAY = timedelta(days=1)
# The last moment of a term's last day.
LAST_SECOND = time(23, 59, 59)

# From a moment to another; to None while it is not over.
Pause = tuple[datetime, datetime | None]


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("KG", years=year))


@dataclass(frozen=True)
class WorkingCalendar:
    """Monday to Friday less public holidays; `overrides` says of single days whether they are working days."""

    overrides: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether people work on this day."""
        decided = self.overrides.get(day)
        if decided is not None:
            return decided
        return day.weekday() < SATURDAY and day not in _public_holidays(day.year)

    def days_left(self, today: date, last: date) -> int:
        """Working days after `today` up to `last`, which counts; negative when `last` has passed."""
        if last < today:
            return -self.days_left(last, today)
        days = (last - today).days
        return sum(self.is_working(today + DAY * number) for number in range(1, days + 1))


def began(day: date) -> datetime:
    """The moment at which a day begins where the operator works."""
    return timezone.make_aware(datetime.combine(day, time.min))


def ended(day: date) -> datetime:
    """The last second of a day."""
    return timezone.make_aware(datetime.combine(day, LAST_SECOND))


def stood(day: date, pauses: Iterable[Pause]) -> Pause | None:
    """The pause during which the clock stood as a day ended; None when it ran."""
    midnight = began(day + DAY)
    return next((pause for pause in pauses if pause[0] < midnight and (pause[1] is None or pause[1] >= midnight)), None)


def counted_days(
    received: datetime, counting: str, pauses: Sequence[Pause], calendar: WorkingCalendar
) -> Iterator[date]:
    """The days that count, one after the other; ends with a pause that is not over."""
    day = timezone.localdate(received)
    while True:
        day += DAY
        standing = stood(day, pauses)
        if standing is not None:
            if standing[1] is None:
                return
            day = timezone.localdate(standing[1]) - DAY  # the day on which it went on may count
        elif counting == Counting.CALENDAR or calendar.is_working(day):
            yield day


def days_taken(received: datetime, closed: datetime, *, pauses: Sequence[Pause] = (), calendar: WorkingCalendar) -> int:
    """Working days from a receipt to a close, counted as a term is: 0 where both are on one day."""
    last = timezone.localdate(closed)
    days = counted_days(received, Counting.WORKING, sorted(pauses, key=lambda pause: pause[0]), calendar)
    return sum(1 for _day in takewhile(lambda day: day <= last, days))


def due_moment(
    received: datetime, counting: str, length: int, *, pauses: Sequence[Pause] = (), calendar: WorkingCalendar
) -> datetime | None:
    """When a term of `length` days, hours or years ends that began with a receipt.

    None while the clock stands before that, and for a term that a document sets. A term of days ends with the last
    second of its last day, hours end to the second.
    """
    pauses = sorted(pauses, key=lambda pause: pause[0])
    if counting == Counting.DOCUMENT:
        return None
    if counting == Counting.HOURS:
        return _after_hours(received, length, pauses)
    if counting == Counting.YEARS:
        return ended(_years_later(timezone.localdate(received), length))
    today = timezone.localdate(received)
    if not length and (counting == Counting.CALENDAR or calendar.is_working(today)):
        return ended(today)
    length = max(length, 1)  # what has to be done the same working day may wait for the next where there is none
    days = list(islice(counted_days(received, counting, pauses, calendar), length))
    return ended(days[-1]) if len(days) == length else None


def _after_hours(received: datetime, hours: int, pauses: Sequence[Pause]) -> datetime | None:
    due = received + timedelta(hours=hours)
    for start, end in pauses:
        if start >= due:
            break
        if end is None:
            return None
        due += end - start
    return due


def _years_later(day: date, years: int) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year + years, day=28 if leap else day.day)
