"""The day's figures and the promises' live ones. Each reads a bounded piece of an index, never a whole table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import F, Max, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.models import Entry
from apps.campaigns.models import Send
from apps.cases.models import Case
from apps.core import clock
from apps.core.durations import duration
from apps.imports.choices import WAITING_STATUSES, Status, Verdict
from apps.imports.conflicts import Conflict
from apps.imports.models import Batch
from apps.optouts.choices import Medium
from apps.optouts.models import OptOutEvent
from apps.subjects.actions import REVEAL
from apps.subjects.models import Subject

MOST_COUNTED = 10_000
RECENT_FILES = 500
OWN_ACTS = (Medium.LINK, Medium.ONE_CLICK)
ALARM = timedelta(hours=1)  # P15: at once, alarm after an hour (policy)


@dataclass(frozen=True)
class Figure:
    """A figure for whoever has `permission`. `read` gives its text and whether it needs somebody now."""

    title: Promise
    hint: Promise
    icon: str
    permission: str
    page: str
    query: str
    read: Callable[[], tuple[str, bool]]


def today() -> datetime:
    """The first moment of the operator's day."""
    return timezone.make_aware(datetime.combine(clock.today(), time.min))


def bounded(rows: QuerySet[Any]) -> str:
    """How many rows there are, looking at so many and no more: `812`, `10 000+`."""
    seen = rows.order_by()[: MOST_COUNTED + 1].count()
    shown = formats.number_format(min(seen, MOST_COUNTED), force_grouping=True)
    return f"{shown}+" if seen > MOST_COUNTED else shown


def _cases_due_today() -> tuple[str, bool]:
    return bounded(Case.objects.due_today()), False


def _cases_overdue() -> tuple[str, bool]:
    overdue = bounded(Case.objects.overdue())
    return overdue, overdue != "0"


def _optouts_today() -> tuple[str, bool]:
    return bounded(OptOutEvent.objects.filter(recorded_at__gte=today())), False


def _files_waiting() -> tuple[str, bool]:
    waiting = Batch.objects.filter(status__in=WAITING_STATUSES)
    return bounded(waiting), waiting.exists()


def _conflicts() -> tuple[str, bool]:
    waiting = Conflict.objects.undecided()
    return bounded(waiting), waiting.exists()


def _rows_in_quarantine() -> tuple[str, bool]:
    recent = Batch.objects.filter(status__in=[Status.READY, Status.MERGING, Status.DONE]).order_by("-pk")
    figures = recent.values_list("figures", flat=True)[:RECENT_FILES]
    rows = sum(figure.get(Verdict.QUARANTINED, 0) for figure in figures)
    return formats.number_format(rows, force_grouping=True), rows > 0


def _blocked_people() -> tuple[str, bool]:
    return bounded(Subject.objects.filter(restricted_at__isnull=False)), False


def _slowest_optout() -> tuple[str, bool]:
    """The longest that the last day's refusals by the people themselves took to be in force."""
    recent = OptOutEvent.objects.filter(recorded_at__gte=clock.now() - timedelta(days=1), medium__in=OWN_ACTS)
    latest = recent.order_by("-recorded_at").values("recorded_at", "occurred_at")[:MOST_COUNTED]
    took = latest.aggregate(longest=Max(F("recorded_at") - F("occurred_at")))["longest"]
    return (duration(took.total_seconds()), took > ALARM) if took is not None else ("–", False)


def _sent_after_optout() -> tuple[str, bool]:
    """Sendings after an opt-out of which nobody has taken note."""
    alarming = Send.objects.alarming()
    return bounded(alarming), alarming.exists()


def _reveals_today() -> tuple[str, bool]:
    return bounded(Entry.objects.filter(action=REVEAL.code, at__gte=today())), False


FIGURES = (
    Figure(
        _("Cases overdue"), _("their term is over"), "alarm",
        "cases.view_case", "admin:cases_case_changelist", "box=overdue", _cases_overdue,
    ),
    Figure(
        _("Cases due today"), _("to be closed before midnight"), "today",
        "cases.view_case", "admin:cases_case_changelist", "box=today", _cases_due_today,
    ),
    Figure(
        _("Opt-outs today"), _("refusals, bounces and complaints since midnight"), "do_not_disturb_on",
        "optouts.view_optoutevent", "admin:optouts_optoutevent_changelist", "since=1", _optouts_today,
    ),
    Figure(
        _("Files waiting"), _("read, to be looked at and confirmed"), "pending_actions",
        "imports.view_batch", "admin:imports_batch_changelist", f"status__in={','.join(WAITING_STATUSES)}",
        _files_waiting,
    ),
    Figure(
        _("Conflicts"), _("rows that contradict what is known, to be decided"), "call_split",
        "imports.settle_conflict", "admin:imports_conflict_changelist", "", _conflicts,
    ),
    Figure(
        _("Rows in quarantine"), _("people under 12 in partners' files"), "child_care",
        "imports.view_batch", "admin:imports_batch_changelist", "", _rows_in_quarantine,
    ),
    Figure(
        _("People blocked"), _("data kept and not used"), "lock",
        "subjects.view_subject", "admin:subjects_subject_changelist", "blocked=yes", _blocked_people,
    ),
    Figure(
        _("Slowest own opt-out"), _("from the click to the suppression, last 24 hours"), "speed",
        "optouts.view_optoutevent", "admin:optouts_suppression_changelist", "", _slowest_optout,
    ),
    Figure(
        _("Sent after an opt-out"), _("sendings to somebody who had refused by then"), "notification_important",
        "campaigns.view_campaign", "admin:campaigns_campaign_changelist", "alarm=yes", _sent_after_optout,
    ),
    Figure(
        _("Values shown today"), _("times that staff saw personal values, each with its reason"), "visibility",
        "audit.view_entry", "admin:audit_entry_changelist", f"action={REVEAL.code}", _reveals_today,
    ),
)  # fmt: skip


def figures_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The figures that this member of staff may see, with where each leads."""
    return [_shown(figure) for figure in FIGURES if request.user.has_perm(figure.permission)]


def _shown(figure: Figure) -> dict[str, Any]:
    value, urgent = figure.read()
    link = reverse(figure.page) + (f"?{figure.query}" if figure.query else "")
    return {
        "title": figure.title, "hint": figure.hint, "icon": figure.icon,
        "value": value, "urgent": urgent, "link": link,
    }  # fmt: skip
