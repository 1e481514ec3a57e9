"""A case's clock: when it stood, and who was reminded."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.cases.choices import Stage, WaitReason
from apps.cases.models.cases import Case
from apps.core import clock
from apps.policies import working_days


class PauseQuerySet(models.QuerySet["Pause"]):
    def spans(self) -> list[working_days.Pause]:
        """As the calendar counts them."""
        return list(self.order_by("started_at").values_list("started_at", "ended_at"))

    def running(self) -> Self:
        """Those that are not over."""
        return self.filter(ended_at__isnull=True)


class Pause(models.Model):
    """A time in which the clock stood because we waited for the person."""

    holds_personal_data = False

    case = models.ForeignKey(Case, models.CASCADE, related_name="pauses", verbose_name=_("case"))
    reason = models.CharField(_("reason"), max_length=12, choices=WaitReason)
    started_at = models.DateTimeField(_("since"), default=clock.now)
    ended_at = models.DateTimeField(_("until"), null=True)

    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.UniqueConstraint(fields=["case"], name="pause_one_runs", condition=Q(ended_at__isnull=True)),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="pause_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"


class Reminder(models.Model):
    """That somebody was reminded of a case at a stage of its present term: once."""

    holds_personal_data = False

    case = models.ForeignKey(Case, models.CASCADE, related_name="+", verbose_name=_("case"), db_index=False)
    stage = models.CharField(_("occasion"), max_length=8, choices=Stage)
    due_at = models.DateTimeField(_("due"))
    sent_at = models.DateTimeField(_("sent"), default=clock.now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [models.UniqueConstraint(fields=["case", "stage", "due_at"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.stage} {self.pk}"
