"""Deadlines as data, and the days on which the calendar of public holidays is wrong (promises: the law)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.policies.choices import Counting, DayKind, Deadline, LawStatus
from apps.policies.deadlines import shown_reference
from apps.policies.working_days import Pause, WorkingCalendar, due_moment


class DeadlineRuleQuerySet(models.QuerySet["DeadlineRule"]):
    """Reads by what held when."""

    def on(self, code: str, received: datetime | None = None) -> "DeadlineRule | None":
        """The version of a rule that holds for what was received at a moment (now); None before the first."""
        day = timezone.localdate(received or clock.now())
        return self.filter(code=code, valid_from__lte=day).order_by("-valid_from").first()

    def in_force(self, day: date | None = None) -> Self:
        """Of each rule the version that holds on a day (today)."""
        held = self.filter(valid_from__lte=day or clock.today())
        newest = held.filter(code=models.OuterRef("code")).order_by("-valid_from").values("pk")[:1]
        return self.filter(pk=models.Subquery(newest))


class DeadlineRule(models.Model):
    """One version of a deadline: how long, from when on, and what it rests on."""

    holds_personal_data = False

    code = models.CharField(pgettext_lazy("deadline", "what for"), max_length=24, choices=Deadline)
    length = models.PositiveSmallIntegerField(_("length"), null=True, blank=True)
    counting = models.CharField(_("counted in"), max_length=12, choices=Counting, default=Counting.WORKING)
    legal_ref = models.CharField(_("legal reference"), max_length=200, blank=True)
    status = models.CharField(_("rests on"), max_length=12, choices=LawStatus, default=LawStatus.ASSUMED)
    valid_from = models.DateField(_("holds from"))
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("checked by"),
        editable=False,
    )  # fmt: skip
    verified_on = models.DateField(_("checked on"), null=True, editable=False)

    objects = DeadlineRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline rule")
        verbose_name_plural = _("deadline rules")
        ordering = ["code", "-valid_from"]
        permissions = [("verify_deadlinerule", _("Can confirm that a deadline was checked against its source"))]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="deadline_version_once",
                violation_error_message=_("There is a version of this rule from that day on."),
            ),
            models.CheckConstraint(
                condition=Q(counting=Counting.DOCUMENT, length__isnull=True)
                | (~Q(counting=Counting.DOCUMENT) & Q(length__isnull=False)),
                name="deadline_has_length",
                violation_error_message=_("Say how long, unless the document says it."),
            ),
            models.CheckConstraint(
                condition=~Q(status=LawStatus.LAW) | ~Q(legal_ref=""),
                name="deadline_law_has_reference",
                violation_error_message=_("What is law names its article."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} · {self.valid_from.isoformat()}"

    @property
    def term(self) -> str:
        """`7 working days`, in the reader's language."""
        if self.length == 0:
            return gettext("the same working day")
        number = self.length or 0
        words = {
            Counting.WORKING: ngettext("%(n)d working day", "%(n)d working days", number),
            Counting.CALENDAR: ngettext("%(n)d calendar day", "%(n)d calendar days", number),
            Counting.HOURS: ngettext("%(n)d hour", "%(n)d hours", number),
            Counting.YEARS: ngettext("%(n)d year", "%(n)d years", number),
        }
        text = words.get(Counting(self.counting))
        return text % {"n": number} if text else str(self.get_counting_display())

    @property
    def reference(self) -> str:
        """What it rests on, in the reader's language as far as the source is known."""
        return shown_reference(self.legal_ref)

    def due(
        self, received: datetime, *, pauses: Sequence[Pause] = (), extra: int = 0, calendar: WorkingCalendar
    ) -> datetime | None:
        """When the term ends that began with this receipt; `extra` is what it was extended by, counted alike."""
        return due_moment(received, self.counting, (self.length or 0) + extra, pauses=pauses, calendar=calendar)


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    def calendar(self) -> WorkingCalendar:
        """The working calendar with these days in it."""
        return WorkingCalendar({day.date: day.kind == DayKind.WORKING for day in self.all()})


class CalendarDay(models.Model):
    """A day on which the public calendar is wrong: a feast by the moon, a day off or worked by decree."""

    holds_personal_data = False

    date = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("what it is"), max_length=8, choices=DayKind, default=DayKind.HOLIDAY)
    note = models.CharField(_("why"), max_length=120, help_text=_("The feast, or the decree that says so."))

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("changed day")
        verbose_name_plural = _("working calendar")
        ordering = ["-date"]

    def __str__(self) -> str:
        return self.date.isoformat()
