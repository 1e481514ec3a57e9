"""How many cases were closed in which month, after how many working days: what the start page's figures come from."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class TallyQuerySet(models.QuerySet["Tally"]):
    def since(self, month: date) -> Self:
        """From the month that begins on this day."""
        return self.filter(month__gte=month)

    def counted_at(self) -> datetime | None:
        """When the newest of it was counted; None while nothing was."""
        latest: datetime | None = self.aggregate(latest=models.Max("counted_at"))["latest"]
        return latest


class Tally(models.Model):
    """Cases of one kind, topic and outcome that were closed in a month after so many working days.

    A histogram: medians and percentiles of any months and topics together come from it exactly. `month` is its first
    day, `days` working days as the clock counts them, `in_time` whether the term was kept.
    """

    holds_personal_data = False

    month = models.DateField(_("month"))
    kind = models.CharField(_("kind"), max_length=20)
    topic = models.CharField(_("about"), max_length=24, blank=True)
    status = models.CharField(_("status"), max_length=24)
    reason = models.CharField(_("reason of the refusal"), max_length=16, blank=True)
    days = models.PositiveSmallIntegerField(_("working days"))
    in_time = models.BooleanField(_("in time"))
    cases = models.PositiveIntegerField(_("cases"))
    counted_at = models.DateTimeField(_("counted"))

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure of a month")
        verbose_name_plural = _("figures of months")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "kind", "topic", "status", "reason", "days", "in_time"], name="tally_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.kind}.{self.topic}"
