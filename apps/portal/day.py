"""The day of whoever signs in: what is due, by whom, and how we do against the clock.

Boxes are counted to 99 and no further; what was closed comes from the tally of months, which says as of when it is.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.accounts.models import User
from apps.cases.choices import Box
from apps.cases.figures import Load, Speed, answered_since, box_counts, loads, refusals_by_reason, shown, speed_of
from apps.cases.justifications import RefusalReason
from apps.cases.kinds import WORK, topic_title
from apps.cases.models import Case, Tally
from apps.cases.presenting import due_words, tone
from apps.cases.services.assign import MAY_ASSIGN, workers
from apps.cases.services.tally import months_back
from apps.core.chart import Chart, Series
from apps.policies.models import CalendarDay

MONTHS = 12
NEXT = 6
IN_TIME, LATE = "#0d9488", "#f59e0b"


def inbox(**asked: str) -> str:
    """The address of the inbox, narrowed."""
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
    return f"{reverse('admin:cases_case_changelist')}?{query}"


def day_for(request: HttpRequest) -> dict[str, Any]:
    """What the start page shows of cases to this member of staff; nothing to whoever sees none."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm("cases.view_case"):
        return {}
    rows = answered_since(months_back(MONTHS)[0])
    return {
        "own": _own(user), "next_due": _next(user), "next_box": _own_box(user),
        "loads": _loads() if user.has_perm(MAY_ASSIGN) else [],
        "clock": _clock(rows), "counted_at": Tally.objects.counted_at(),
    }  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A number with its words and the inbox behind it."""

    title: str | Promise
    value: str
    link: str
    urgent: bool = False


def _own_box(user: User) -> str:
    """Whoever works on cases looks at theirs, whoever takes them in at what they took in."""
    return Box.MINE if user.has_perm(WORK) else Box.TAKEN


def _own(user: User) -> list[Number]:
    if not user.has_perm(WORK):
        counts = box_counts(user.pk, [Box.TAKEN])
        return [Number(_("Taken in by you, still open"), shown(counts[Box.TAKEN]), inbox(box=Box.TAKEN))]
    return _of(loads([user])[0])


def _of(load: Load) -> list[Number]:
    key = str(load.person.pk)
    return [
        Number(pgettext("cases", "Open"), shown(load.held), inbox(box=Box.OPEN, assignee=key)),
        Number(_("Due today"), shown(load.today), inbox(box=Box.TODAY, assignee=key), load.today > 0),
        Number(_("Overdue"), shown(load.overdue), inbox(box=Box.OVERDUE, assignee=key), load.overdue > 0),
        Number(_("Waiting for the person"), shown(load.waiting), inbox(box=Box.WAITING, assignee=key)),
    ]


def _loads() -> list[tuple[str, list[Number]]]:
    """Everybody's load, and what is nobody's."""
    return [(str(load.person), _of(load)) for load in loads(workers())]


def _next(user: User) -> list[dict[str, Any]]:
    calendar = CalendarDay.objects.calendar()
    cases = Case.objects.in_box(_own_box(user), user.pk).select_related("rule")[:NEXT]
    return [{"case": case, "words": due_words(case, calendar), "tone": tone(case)} for case in cases]


def _clock(rows: list[Tally]) -> dict[str, Any] | None:
    """How we do: by month, by what cases are about, and why we refused; None where nothing was answered yet."""
    if not rows:
        return None
    months = months_back(MONTHS)
    by_month = _grouped(rows, lambda row: row.month)
    speeds = [by_month.get(month, speed_of([])) for month in months]
    names = [str(date_format(month, "YEAR_MONTH_FORMAT")) for month in months]
    series = [
        Series(_("In time"), IN_TIME, [speed.in_time for speed in speeds]),
        Series(_("Too late"), LATE, [speed.late for speed in speeds]),
    ]
    picture = Chart(_("Answers by month"), names, series, [f"{month:%m.%Y}" for month in months])
    told = zip(names, months, speeds, strict=True)
    return {
        "picture": picture, "all": _speed(_("Together"), speed_of(rows)),
        "months": [_speed(name, speed, closed=f"{month:%Y-%m}") for name, month, speed in told if speed.answered][::-1],
        "abouts": _abouts(rows), "refusals": _refusals(rows),
    }  # fmt: skip


def _grouped(rows: Iterable[Tally], key: Callable[[Tally], Hashable]) -> dict[Any, Speed]:
    groups: dict[Hashable, list[Tally]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return {name: speed_of(group) for name, group in groups.items()}


def _speed(name: str, speed: Speed, **asked: str) -> dict[str, Any]:
    """A row of a table, each number with the inbox behind it."""
    closed = {"box": str(Box.CLOSED), **asked}
    return {
        "name": name, "speed": speed,
        "answered": inbox(**closed, outcome="answered"), "late": inbox(**closed, outcome="answered", late="yes"),
        "in_time": inbox(**closed, outcome="answered", late="no"), "refused": inbox(**closed, outcome="refused"),
    }  # fmt: skip


def _abouts(rows: list[Tally]) -> list[dict[str, Any]]:
    """By what cases are about, the most frequent first, with the lengths of their bars in per cent of the longest."""
    speeds = _grouped(rows, lambda row: f"{row.kind}.{row.topic}")
    longest = max((speed.ninetieth or 0 for speed in speeds.values()), default=0) or 1
    found = sorted(speeds.items(), key=lambda pair: -pair[1].answered)
    return [
        {
            **_speed(topic_title(code), speed, about=code),
            "half": 100 * (speed.median or 0) // longest, "most": 100 * (speed.ninetieth or 0) // longest,
        }
        for code, speed in found
    ]  # fmt: skip


def _refusals(rows: list[Tally]) -> list[tuple[str, int, str]]:
    """Reasons, how often each, and the inbox behind it."""
    titles, found = dict(RefusalReason.choices), refusals_by_reason(rows).most_common()
    return [(str(titles.get(code, code)), number, inbox(box=Box.CLOSED, why=code)) for code, number in found]
