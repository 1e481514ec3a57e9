"""Refusals: the coded reason, what it rests on, and the letter."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.cases.choices import CameBy
from apps.cases.justifications import RefusalReason
from apps.cases.models.cases import Case
from apps.cases.models.contents import Message
from apps.core import clock
from apps.policies.choices import LawStatus
from apps.policies.deadlines import shown_reference


class RefusalQuerySet(models.QuerySet["Refusal"]):
    def standing(self) -> Self:
        """Those that nobody took back by opening the case again."""
        return self.filter(lifted_at__isnull=True)


class Refusal(models.Model):
    """That what a case asks for is refused: why, by which law, in which letter. The letter goes with the person."""

    holds_personal_data = False

    case = models.ForeignKey(Case, models.CASCADE, related_name="refusals", verbose_name=_("case"), db_index=False)
    reason = models.CharField(_("reason"), max_length=16, choices=RefusalReason)
    legal_ref = models.CharField(_("legal reference"), max_length=200)
    status = models.CharField(_("rests on"), max_length=12, choices=LawStatus, default=LawStatus.ASSUMED)
    letter = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+", verbose_name=_("letter"))
    way = models.CharField(_("way"), max_length=8, choices=CameBy)
    decided_at = models.DateTimeField(_("decided"), default=clock.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"), db_index=False
    )
    lifted_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    objects = RefusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("refusal")
        verbose_name_plural = _("refusals")
        indexes = [models.Index(fields=["case", "-decided_at"], name="refusal_of_case")]
        constraints = [
            models.UniqueConstraint(fields=["case"], name="refusal_one_stands", condition=Q(lifted_at__isnull=True)),
            models.CheckConstraint(condition=~Q(legal_ref=""), name="refusal_has_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"

    @property
    def reference(self) -> str:
        """What it rests on, in the reader's language as far as the source is known."""
        return shown_reference(self.legal_ref)

    @property
    def term(self) -> str:
        """The IRI of its reason."""
        return RefusalReason(self.reason).term
