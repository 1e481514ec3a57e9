"""Keeping the working calendar: days on which the calendar of public holidays is wrong."""

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.policies import actions
from apps.policies.models import CalendarDay


@transaction.atomic
def set_day(*, actor: User, day: CalendarDay) -> CalendarDay:
    """Store what a day is. The caller has the terms of open cases counted anew. Raises ValidationError by field."""
    require(actor, "policies.change_calendarday" if day.pk else "policies.add_calendarday")
    day.full_clean()
    day.save()
    record(actor, actions.DAY_SET, day, day=day.date, day_kind=day.kind)
    return day


@transaction.atomic
def unset_day(*, actor: User, day: CalendarDay) -> None:
    """Take a change back: the day is what the public calendar says. Raises PermissionDenied."""
    require(actor, "policies.delete_calendarday")
    record(actor, actions.DAY_UNSET, day, day=day.date, day_kind=day.kind)
    CalendarDay.objects.filter(pk=day.pk).delete()
