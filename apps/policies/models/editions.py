"""Policy documents and their editions: what people were told, from when on (P20)."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core import clock
from apps.policies.choices import EditionStatus
from apps.policies.models.terms import Titled
from apps.policies.registry import purpose_title


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

    def unpublished(self) -> Self:
        """Those that are still worked on: one per document at most."""
        return self.exclude(status=EditionStatus.PUBLISHED)

    def in_force(self, at: datetime | None = None) -> Self:
        """Published editions whose time had begun by a moment (now); the first of a document is the one in force."""
        return self.published().filter(effective_at__lte=at or clock.now())

    def in_force_each(self, at: datetime | None = None) -> Self:
        """Of every document the edition that was in force at a moment (now)."""
        return self.in_force(at).order_by("document_id", "-effective_at", "-number").distinct("document_id")

    def in_force_of(self, document: PolicyDocument | str, at: datetime | None = None) -> "PolicyEdition | None":
        """The edition of a document (or its code) that was in force at a moment (now); None before the first."""
        return self.in_force(at).filter(document=document).first()


def _person(title: Any) -> models.ForeignKey[User | None, User | None]:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=title)


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
    # Codes of the register. Whoever agreed to one of them before has to be asked again.
    widens = ArrayField(
        models.CharField(max_length=40), verbose_name=_("purposes that it widens"), default=list, blank=True
    )  # fmt: skip
    # Published before it was entered here: in force from a moment that was over by then.
    past = models.BooleanField(_("entered afterwards"), default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(_("begun"), default=clock.now, editable=False)
    prepared_by = _person(_("prepared by"))
    edited_by = _person(_("last changed by"))
    edited_at = models.DateTimeField(_("last changed"), null=True, editable=False)
    # Keys of everybody who ever changed the draft: none of them reviews it.
    editors = ArrayField(models.BigIntegerField(), verbose_name=_("changed by"), default=list, editable=False)
    # Counts up with every change of the text, so that nobody overwrites or approves what they have not seen.
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    remark = models.TextField(_("what has to be changed"), blank=True, default="", editable=False)
    remarked_by = _person(_("sent back by"))
    reviewed_by = _person(_("reviewed by"))
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    published_by = _person(_("published by"))
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
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | Q(edited_by__isnull=True) | ~Q(reviewed_by=F("edited_by")),
                name="edition_reviewed_by_no_editor",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(editors__contains=[F("reviewed_by")]),
                name="edition_reviewed_by_none_of_its_editors",
            ),
            models.CheckConstraint(
                condition=~Q(status=EditionStatus.PUBLISHED)
                | Q(past=False, effective_at__gte=F("published_at"))
                | Q(past=True, effective_at__lt=F("published_at")),
                name="edition_in_force_after_published",
            ),
            models.CheckConstraint(
                condition=Q(status=EditionStatus.DRAFT) | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="edition_published_was_reviewed",
            ),
            models.UniqueConstraint(
                fields=["document"], condition=~Q(status=EditionStatus.PUBLISHED), name="edition_one_in_work"
            ),
        ]
        permissions = [
            ("prepare_policyedition", _("Can prepare editions of the policy")),
            ("review_policyedition", _("Can review editions that others prepared")),
            ("publish_policyedition", _("Can publish reviewed editions")),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status=EditionStatus.PUBLISHED),
            ),
            # TRUNCATE asks no row's trigger.
            pgtrigger.Trigger(
                name="never_emptied", level=pgtrigger.Statement, when=pgtrigger.Before, operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'Cannot truncate the % table', TG_TABLE_NAME;",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.document_id} · {self.number}"

    @property
    def reference(self) -> str:
        """`privacy · 3`: the document's code and the edition's number."""
        return str(self)

    @property
    def is_published(self) -> bool:
        """Whether nothing of it can be changed any more."""
        return self.status == EditionStatus.PUBLISHED

    def text(self, language: str) -> str:
        """The text in a language; in Kyrgyz when there is none in it."""
        return str(getattr(self, f"text_{language}", "") or self.text_ky)

    def summary(self, language: str) -> str:
        """What changed, in a language; in Kyrgyz when it is not said in it."""
        return str(getattr(self, f"summary_{language}", "") or self.summary_ky)

    @property
    def widened(self) -> list[str]:
        """The purposes that it widens, by their titles in the reader's language."""
        return [purpose_title(code) for code in self.widens]

    def before(self) -> "PolicyEdition | None":
        """The published edition that this one follows: the one in force before it, not the one entered before it."""
        others = self.siblings().exclude(pk=self.pk)
        if self.effective_at is not None:
            same = Q(effective_at=self.effective_at, number__lt=self.number)
            others = others.filter(same | Q(effective_at__lt=self.effective_at))
        return others.first()

    def after(self) -> "PolicyEdition | None":
        """The published edition that takes its place."""
        same = Q(effective_at=self.effective_at, number__gt=self.number)
        later = self.siblings().filter(same | Q(effective_at__gt=self.effective_at))
        return later.order_by("effective_at", "number").first()

    def with_later(self) -> PolicyEditionQuerySet:
        """It and the published editions of its document that took its place: a consent under one of them heeds it."""
        same = Q(effective_at=self.effective_at, number__gte=self.number)
        return self.siblings().filter(same | Q(effective_at__gt=self.effective_at))

    def siblings(self) -> PolicyEditionQuerySet:
        """The published editions of its document; it may be one of them."""
        return PolicyEdition.objects.published().filter(document=self.document_id)

    def missing(self) -> list[str]:
        """Names of the fields that have to be filled in before it can be reviewed: the first changes nothing."""
        wanted = ["text_ky", "text_ru", "text_en"]
        if self.before() is not None:
            wanted += ["summary_ky", "summary_ru", "summary_en"]
        return [name for name in wanted if not getattr(self, name).strip()]
