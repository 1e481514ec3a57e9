"""Reminders: to whoever has a case, then to the lead officer. Each is sent once for a stage of a term.

A mail names references and dates, and nobody.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.audit.services import prepare, record_all
from apps.cases import actions
from apps.cases.choices import Stage
from apps.cases.models import Case, Reminder
from apps.cases.models.cases import CaseQuerySet
from apps.core import clock, sending
from apps.core.choices import IdentifierKind
from apps.policies.models import CalendarDay
from apps.policies.working_days import DAY, WorkingCalendar, began, ended

logger = logging.getLogger(__name__)

SOON_DAYS = 2  # working days
MOST_AT_ONCE = 200


def _soon_until(now: datetime, calendar: WorkingCalendar) -> datetime:
    """The end of the second working day from now."""
    day, left = timezone.localdate(now), SOON_DAYS
    while left:
        day += DAY
        left -= calendar.is_working(day)
    return ended(day)


def _at_stage(stage: Stage) -> CaseQuerySet:
    now = clock.now()
    if stage == Stage.OVERDUE:
        return Case.objects.overdue(now)
    if stage == Stage.TODAY:
        return Case.objects.due_today(now)
    until = _soon_until(now, CalendarDay.objects.calendar())
    return Case.objects.open().filter(due_at__gte=began(timezone.localdate(now) + DAY), due_at__lte=until)


def remind() -> int:
    """Send what is to be sent now; gives how many cases somebody was reminded of.

    Raises sending.Unavailable when the mail server can't be reached: what was not sent is sent the next time.
    """
    return sum(_remind_stage(stage) for stage in (Stage.OVERDUE, Stage.TODAY, Stage.SOON))


def _remind_stage(stage: Stage) -> int:
    reminded = 0
    while batch := _remind_batch(stage):
        reminded += batch
    return reminded


@transaction.atomic
def _remind_batch(stage: Stage) -> int:
    """One mail to each person about up to MOST_AT_ONCE cases; what was sent and that it was stand together.

    No case is locked: nobody waits for the mail server, and a reminder is stored once whoever else runs this.
    """
    sent = Reminder.objects.filter(case=OuterRef("pk"), stage=stage, due_at=OuterRef("due_at"))
    cases = _at_stage(stage).filter(~Exists(sent)).by_due()
    rows = list(cases.select_related("assignee")[:MOST_AT_ONCE])
    leads = list(User.objects.filter(groups__name=Role.LEAD, is_active=True).order_by("pk"))
    told = {row.pk: _whom(row, stage, leads) for row in rows}
    Reminder.objects.bulk_create(Reminder(case=row, stage=stage, due_at=row.due_at) for row in rows if row.due_at)
    facts = {"stage": stage}
    record_all(prepare(None, actions.REMINDED, row, people=len(told[row.pk]), due=row.due_at, **facts) for row in rows)
    for person, theirs in _by_person(rows, told):
        _send(person, stage, theirs)
    return len(rows)


def _whom(case: Case, stage: Stage, leads: list[User]) -> list[User]:
    """Whoever has the case; the lead officers when it is overdue, or nobody has it."""
    own = [case.assignee] if case.assignee and case.assignee.is_active else []
    return own if own and stage != Stage.OVERDUE else [*own, *(lead for lead in leads if lead not in own)]


def _by_person(rows: Iterable[Case], told: dict[int, list[User]]) -> Iterator[tuple[User, list[Case]]]:
    people: dict[User, list[Case]] = defaultdict(list)
    for row in rows:
        for person in told[row.pk]:
            people[person].append(row)
    return iter(people.items())


def _send(person: User, stage: Stage, cases: list[Case]) -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        context = {"stage": stage.label, "cases": cases, "link": f"{settings.PUBLIC_BASE_URL}{_inbox()}"}
        text = render_to_string("cases/reminder.txt", context)
        subject = _("Cases %(stage)s: %(number)s") % {"stage": stage.label, "number": len(cases)}
        try:
            sending.sender_for(IdentifierKind.EMAIL).send(sending.Message(to=person.email, text=text, subject=subject))
        except sending.Rejected:
            logger.error("The mail server takes nothing for staff %s.", person.pk)  # noqa: TRY400


def _inbox() -> str:
    return reverse("admin:cases_case_changelist")
