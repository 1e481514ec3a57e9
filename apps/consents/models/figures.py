"""How many consents there were on each day: a small table, so that no page counts the ledger."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.consents.choices import CHANNEL_CHOICES, EVERY_CHANNEL, Measure, Medium
from apps.policies.models import PolicyEdition
from apps.policies.registry import purpose_title


class ConsentFigureQuerySet(models.QuerySet["ConsentFigure"]):
    """Reads by the days that were counted."""

    def counted_days(self, first: date, last: date) -> list[date]:
        """The days of a span on which people were counted."""
        days = self.filter(day__range=(first, last), measure=Measure.COUNTED).values_list("day", flat=True)
        return sorted(set(days))

    def newest(self) -> "ConsentFigure | None":
        """What says when it was counted last; None where it never was."""
        return self.filter(measure=Measure.COUNTED).order_by("-day").first()

    def known_better(self) -> "models.QuerySet[ConsentFigure, date]":
        """The days about which something was recorded after they were counted, the latest first."""
        return self.filter(measure=Measure.COUNTED, number=1).order_by("-day").values_list("day", flat=True)


class ConsentFigure(models.Model):
    """One figure of a day, kept by `services.count`.

    Of people whose consent is in force (`Measure.IN_FORCE`), a row for each edition that they agreed under; without a
    channel those with a consent by at least one. Of acts, how many were recorded on that day. Of an edition that
    widened a purpose, how many people were asked, agreed again and refused since it was published. Of a day that is
    counted (`Measure.COUNTED`) the number is 1 while it waits to be counted anew.
    """

    holds_personal_data = False

    day = models.DateField(_("day"))
    measure = models.CharField(_("what is counted"), max_length=12, choices=Measure)
    purpose = models.CharField(_("what for"), max_length=40, blank=True, default="")
    channel = models.CharField(
        _("channel"), max_length=10, choices=CHANNEL_CHOICES, blank=True, default=EVERY_CHANNEL
    )  # fmt: skip
    medium = models.CharField(_("came by"), max_length=10, choices=Medium, blank=True, default="")
    edition = models.ForeignKey(
        PolicyEdition, models.PROTECT, null=True, related_name="+", verbose_name=_("edition"), db_index=False
    )
    number = models.BigIntegerField(_("how many"), default=0)
    counted_at = models.DateTimeField(_("counted at"))

    objects = ConsentFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure of consents")
        verbose_name_plural = _("figures of consents")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "day", "purpose", "channel", "medium", "edition"], nulls_distinct=False,
                name="consent_figure_once",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["-day", "-id"], name="consent_figure_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.measure} {self.purpose}"

    @property
    def purpose_title(self) -> str:
        """The purpose, in the reader's language."""
        return purpose_title(self.purpose)
