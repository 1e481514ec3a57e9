"""Policy documents and their editions: what people were told, from when on (P20)."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.policies.choices import EditionStatus
from apps.policies.models.terms import Titled


class PolicyDocument(Titled):
    """The policy of one application or site of the operator (P01)."""

    holds_personal_data = False

    class Meta(Titled.Meta):
        verbose_name = _("policy document")
        verbose_name_plural = _("policy documents")
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]


class PolicyEditionQuerySet(models.QuerySet["PolicyEdition"]):
    """Reads by what was in force when."""

    def published(self) -> Self:
        """Those that people were shown, latest in force first."""
        return self.filter(status=EditionStatus.PUBLISHED).order_by("-effective_at", "-number")

    def in_force(self, at: datetime | None = None) -> Self:
        """Published editions whose time had begun by a moment (now); the first of a document is the one in force."""
        return self.published().filter(effective_at__lte=at or clock.now())


class PolicyEdition(models.Model):
    """One edition of a document. Once published it never changes: the database refuses."""

    holds_personal_data = False

    document = models.ForeignKey(PolicyDocument, models.PROTECT, related_name="editions", verbose_name=_("document"))
    number = models.PositiveIntegerField(_("edition"))
    status = models.CharField(_("status"), max_length=12, choices=EditionStatus, default=EditionStatus.DRAFT)
    text_ky = models.TextField(_("text in Kyrgyz"), blank=True)
    text_ru = models.TextField(_("text in Russian"), blank=True)
    text_en = models.TextField(_("text in English"), blank=True)
    summary_ky = models.TextField(_("what changed, in Kyrgyz"), blank=True)
    summary_ru = models.TextField(_("what changed, in Russian"), blank=True)
    summary_en = models.TextField(_("what changed, in English"), blank=True)
    references = models.TextField(
        _("statutory references"), blank=True, help_text=_("One per line: the law, its article, and what it is for.")
    )
    created_at = models.DateTimeField(_("begun"), default=clock.now, editable=False)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("prepared by")
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    effective_at = models.DateTimeField(_("in force from"), null=True, blank=True)

    objects = PolicyEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy edition")
        verbose_name_plural = _("policy editions")
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="edition_once"),
            models.CheckConstraint(
                condition=~Q(status=EditionStatus.PUBLISHED)
                | Q(published_at__isnull=False, effective_at__isnull=False),
                name="edition_published_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("prepared_by")),
                name="edition_reviewed_by_second",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status=EditionStatus.PUBLISHED),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} · {self.number}"
