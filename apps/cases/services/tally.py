"""Counting closed cases by month, so that no page has to: the newest months often, all of them once a night."""

from datetime import date

from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, F, FilteredRelation, Q

from apps.cases.models import Case, Tally
from apps.cases.models.cases import IN_TIME, UNCOUNTED
from apps.cases.services.move import working_days_of
from apps.core import clock
from apps.policies.working_days import began

MONTHS = 24
LATELY = 2
AT_ONCE = 1000


def months_back(number: int, today: date | None = None) -> list[date]:
    """The first days of so many months, the present one last."""
    day = (today or clock.today()).replace(day=1)
    found = [day]
    while len(found) < number:
        day = date(day.year - (day.month == 1), 12 if day.month == 1 else day.month - 1, 1)
        found.append(day)
    return found[::-1]


def month_after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def tally(months: int = LATELY) -> int:
    """Count the last so many months anew; gives how many cases that were. Each month is replaced as a whole."""
    fill_missing()
    return sum(_count(month) for month in months_back(months))


def fill_missing() -> int:
    """Working days of cases that were closed before they were kept; gives how many."""
    filled = 0
    while rows := list(Case.objects.filter(UNCOUNTED).order_by("pk")[:AT_ONCE]):
        for row in rows:
            row.answered_in = working_days_of(row)
        Case.objects.bulk_update(rows, ["answered_in"])
        filled += len(rows)
    return filled


@transaction.atomic
def _count(month: date) -> int:
    first, end = began(month), began(month_after(month))
    kept = ExpressionWrapper(IN_TIME, BooleanField())
    closed = Case.objects.filter(closed_at__gte=first, closed_at__lt=end, answered_in__isnull=False)
    standing = FilteredRelation("refusals", condition=Q(refusals__lifted_at__isnull=True))
    with_why = closed.annotate(in_time=kept, standing=standing, why=F("standing__reason"))
    rows = with_why.values("kind", "topic", "status", "why", "answered_in", "in_time").annotate(cases=Count("pk"))
    now = clock.now()
    found = [
        Tally(
            month=month, kind=row["kind"], topic=row["topic"], status=row["status"], days=row["answered_in"] or 0,
            in_time=row["in_time"], reason=row["why"] or "", cases=row["cases"], counted_at=now,
        )
        for row in rows.order_by()
    ]  # fmt: skip
    Tally.objects.filter(month=month).delete()
    Tally.objects.bulk_create(found)
    return sum(row.cases for row in found)
