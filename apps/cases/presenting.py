"""How a case's clock and steps look on the screen."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.forms import Form
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from apps.accounts.models import User
from apps.cases.forms import StepForm
from apps.cases.kinds import Transition
from apps.cases.models import Case
from apps.core import clock
from apps.policies.working_days import DAY, Pause, WorkingCalendar, stood

MOST_DAYS = 70
LEGEND = {
    "gone": pgettext_lazy("days", "counted"),
    "left": gettext_lazy("left"),
    "paused": gettext_lazy("clock stood"),
    "off": gettext_lazy("day off"),
    "late": gettext_lazy("too late"),
}


@dataclass(frozen=True)
class Day:
    """A day of the picture: what it was for the clock, and its words for whoever can't see the colour."""

    date: date
    state: str
    today: bool
    last: bool

    @property
    def words(self) -> str:
        """`18 May: counted`."""
        text = f"{date_format(self.date, 'SHORT_DATE_FORMAT')}: {LEGEND[self.state]}"
        last = _("last day")
        return f"{text} · {last}" if self.last else text


@dataclass(frozen=True)
class Step:
    """A step that may be taken next; `against` says why it can't be just now."""

    transition: Transition
    against: str | Promise | None = None
    form: Form | None = None

    @property
    def dialog(self) -> str:
        """The name of its dialog on the page."""
        return f"cs-step-{self.transition.name}"


def due_words(case: Case, calendar: WorkingCalendar) -> str:
    """How it stands with the term, in a few words."""
    if case.closed_at:
        return _("closed too late") if case.is_overdue else _("closed")
    if case.paused_at:
        return _("the clock stands")
    if case.due_at is None:
        return _("no term")
    if case.is_overdue:
        return _("overdue")
    if case.rule is not None and case.due_at - clock.now() < timedelta(hours=24) and case.rule.counting == "hours":
        return _("at once")
    left = calendar.days_left(clock.today(), timezone.localdate(case.due_at))
    if timezone.localdate(case.due_at) == clock.today():
        return _("today is the last day")
    return ngettext("%(n)d working day left", "%(n)d working days left", left) % {"n": left}


def left_when_resumed(case: Case, pauses: list[Pause], calendar: WorkingCalendar) -> int | None:
    """Working days that a case has from the day on which its clock goes on; None where it doesn't stand."""
    if case.paused_at is None or case.rule is None:
        return None
    spans = [(start, end or clock.now()) for start, end in pauses]
    due = case.rule.due(case.received_at, pauses=spans, extra=case.extra, calendar=calendar)
    return calendar.days_left(clock.today() - DAY, timezone.localdate(due)) if due else None


def tone(case: Case) -> str:
    """The colour of the due date: none, soon, late, or standing."""
    if not case.is_open:
        return "late" if case.is_overdue else "done"
    if case.paused_at:
        return "stands"
    if case.is_overdue:
        return "late"
    soon = case.due_at is not None and case.due_at - clock.now() < timedelta(days=2)
    return "soon" if soon else ""


def picture(case: Case, pauses: list[Pause], calendar: WorkingCalendar) -> list[Day]:
    """Every day from the day after the receipt to the last one of the term, or to today where that is later."""
    today = clock.today()
    last = timezone.localdate(case.due_at) if case.due_at else None
    end = max(last or today, timezone.localdate(case.closed_at) if case.closed_at else today)
    first = timezone.localdate(case.received_at) + DAY
    days = [first + DAY * number for number in range(max((end - first).days + 1, 0))][-MOST_DAYS:]
    every_day = case.rule is not None and case.rule.counting == "calendar"
    stop = timezone.localdate(case.closed_at) if case.closed_at else today
    return [
        Day(day, _state(day, stop, last, pauses, every_day or calendar.is_working(day)), day == today, day == last)
        for day in days
    ]


def _state(day: date, stop: date, last: date | None, pauses: list[Pause], counts: bool) -> str:
    if not counts:
        return "off"
    if last is not None and day > last:
        return "late"
    if day <= stop and stood(day, pauses):
        return "paused"
    return "gone" if day <= stop else "left"


def steps_of(case: Case, user: User) -> list[Step]:
    """What this member of staff may do next with the case."""
    offered = [
        step for step in case.workflow.leaving(case.status) if not step.by_verb and user.has_perm(step.permission)
    ]
    row = case.own
    return [Step(step, step.against(row), StepForm(prefix=step.name, case=case, transition=step)) for step in offered]
