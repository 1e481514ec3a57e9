"""The record of processing: which category of data is used for which purpose, by whom, and kept how long."""

from calendar import monthrange
from datetime import datetime, timedelta
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core import clock
from apps.partners.choices import CountedFrom, Unit
from apps.partners.models.recipients import Recipient
from apps.policies.choices import LawStatus
from apps.policies.models import DataCategory, Purpose


class ProcessingQuerySet(models.QuerySet["Processing"]):
    """Reads of the record."""

    def in_use(self) -> Self:
        """Uses that go on: none of what they tie together is retired."""
        tied = Q(category__retired=False, purpose__retired=False)
        return self.filter(tied, Q(recipient=None) | Q(recipient__retired=False), retired=False)

    def in_order(self) -> Self:
        """By purpose, what the operator does itself first, then by recipient and category; with all of these."""
        nearest = models.F("recipient__position").asc(nulls_first=True)
        order = ("purpose__position", nearest, "recipient_id", "category__position", "pk")
        return self.select_related("category", "purpose", "recipient", "retention").order_by(*order)

    def kept_for_ever(self) -> Self:
        """Uses with no retention period, or an endless one: a risk."""
        return self.filter(Q(retention=None) | Q(retention__endless=True))

    def retention_for(self, category: str, purpose: str, at: datetime | None = None) -> "Retention | None":
        """How long the operator keeps a category for a purpose, both by code, as it was set by a moment (now).

        None where no period is set, and where the operator does not use the category for the purpose.
        """
        lines = self.in_use().filter(category=category, purpose=purpose, recipient=None)
        if at is None:
            line = lines.select_related("retention").first()
            return line.retention if line else None
        return Retention.objects.filter(line__in=lines, set_at__lte=at).order_by("-set_at", "-pk").first()


class Processing(models.Model):
    """One use of a category of data: for a purpose, by the operator itself or by a recipient.

    The legal basis is the purpose's. Ended rather than deleted. `retention` is the one of its periods that counts now.
    """

    holds_personal_data = False

    category = models.ForeignKey(DataCategory, models.PROTECT, related_name="+", verbose_name=_("data category"))
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", verbose_name=_("purpose"))
    recipient = models.ForeignKey(
        Recipient,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="uses",
        verbose_name=_("recipient"),
        help_text=_("Empty: the operator itself."),
    )
    mandatory = models.BooleanField(
        _("mandatory"),
        default=False,
        help_text=_("Without it there is no service (P04); else it is given voluntarily."),
    )
    status = models.CharField(_("stands on"), max_length=8, choices=LawStatus, default=LawStatus.ASSUMED)
    reference = models.CharField(
        pgettext_lazy("to a rule", "reference"),
        max_length=120,
        blank=True,
        help_text=_("The law and its article, or the promise of the policy."),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    retention = models.ForeignKey(
        "Retention", models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("kept")
    )
    retired = models.BooleanField(_("ended"), default=False)
    changed_at = models.DateTimeField(_("changed"), default=clock.now, editable=False)

    objects = ProcessingQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of data")
        verbose_name_plural = _("uses of data")
        constraints = [
            models.UniqueConstraint(
                fields=["category", "purpose", "recipient"],
                nulls_distinct=False,
                name="processing_once",
                violation_error_message=_("The record has this use already."),
            ),
            models.CheckConstraint(
                condition=Q(mandatory=False) | Q(recipient=None),
                name="processing_mandatory_for_operator",
                violation_error_message=_("Data is given to the operator: only its own use can make it mandatory."),
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.category} · {self.purpose} · {self.recipient or _('The operator itself')}"


class Retention(models.Model):
    """How long data of one use is kept, as it was set at a moment. Never changed: a new one takes its place."""

    holds_personal_data = False

    TERMS = ("endless", "amount", "unit", "counted_from", "status", "reference")

    line = models.ForeignKey(Processing, models.PROTECT, related_name="retentions", verbose_name=_("use of data"))
    endless = models.BooleanField(_("without an end"), default=False)
    amount = models.PositiveSmallIntegerField(_("how long"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=5, choices=Unit, blank=True)
    counted_from = models.CharField(pgettext_lazy("period", "counted"), max_length=14, choices=CountedFrom, blank=True)
    status = models.CharField(_("stands on"), max_length=8, choices=LawStatus, default=LawStatus.ASSUMED)
    reference = models.CharField(pgettext_lazy("to a rule", "reference"), max_length=120, blank=True)
    set_at = models.DateTimeField(_("set"), default=clock.now, editable=False)
    # Nobody: it came with the register.
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("set by")
    )

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(endless=True, amount=None, unit="", counted_from="")
                | (Q(endless=False, amount__isnull=False) & ~Q(unit="") & ~Q(counted_from="")),
                name="retention_ends_or_does_not",
            )
        ]
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.line_id} · {self.set_at:%Y-%m-%d}"

    @property
    def terms(self) -> tuple[Any, ...]:
        """What it says; of two with the same nothing changed."""
        return tuple(getattr(self, name) for name in self.TERMS)

    def reaches_back(self, now: datetime) -> datetime | None:
        """The moment before which whatever it counts from lies so far back that the period is over; None without an
        end. Months and years end on the day of the month on which they began, or on the last one before it.
        """
        if self.endless or self.amount is None:
            return None
        if self.unit == Unit.DAY:
            return now - timedelta(days=self.amount)
        months = now.year * 12 + now.month - 1 - self.amount * (12 if self.unit == Unit.YEAR else 1)
        year, month = divmod(months, 12)
        return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))
