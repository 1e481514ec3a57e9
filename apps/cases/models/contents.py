"""What is written about a case: notes, messages, files and links. Texts lie encrypted."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.cases.choices import CameBy, Delivery, Direction, LinkKind
from apps.cases.models.cases import Case
from apps.core import clock
from apps.core.fields import EncryptedTextField


class Note(models.Model):
    """What staff tell each other about a case. Nobody changes it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes", verbose_name=_("case"))
    text = EncryptedTextField(_("text"))
    written_at = models.DateTimeField(_("written"), default=clock.now, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"), db_index=False
    )

    class Meta:
        verbose_name = pgettext_lazy("of a case", "note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return f"note {self.pk}"


class Message(models.Model):
    """What the person wrote or said, and what they were told. `key` names it to gateways, however often it is sent."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="messages", verbose_name=_("case"))
    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    came_by = models.CharField(_("by"), max_length=8, choices=CameBy)
    heading = EncryptedTextField(_("subject"), null=True)
    text = EncryptedTextField(_("text"))
    happened_at = models.DateTimeField(_("time"), default=clock.now)
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"), db_index=False
    )
    delivery = models.CharField(_("delivery"), max_length=8, choices=Delivery, default=Delivery.DONE)
    key = models.UUIDField(default=uuid4, editable=False)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        # An answer names what it answers by its key.
        indexes = [
            models.Index(fields=["key"], name="message_by_key"),
            models.Index(fields=["case"], name="message_leaving", condition=Q(delivery=Delivery.QUEUED)),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Attachment(models.Model):
    """A file of a case, encrypted on disk. Its name may be personal too; its type is what its bytes say."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="attachments", verbose_name=_("case"))
    name = EncryptedTextField(pgettext_lazy("of a thing", "name"))
    file = models.CharField(_("stored as"), max_length=80, editable=False)
    file_type = models.CharField(_("type of file"), max_length=8, editable=False)
    size = models.PositiveBigIntegerField(_("bytes"), editable=False)
    added_at = models.DateTimeField(_("added"), default=clock.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"), db_index=False
    )

    class Meta:
        verbose_name = _("attached file")
        verbose_name_plural = _("attached files")

    def __str__(self) -> str:
        return f"file {self.pk}"


class CaseLinkQuerySet(models.QuerySet["CaseLink"]):
    def of(self, case: Case) -> Self:
        """Links of a case, from either side."""
        return self.filter(Q(first=case) | Q(second=case)).select_related("first", "second").order_by("pk")


class CaseLink(models.Model):
    """Two cases that belong together."""

    holds_personal_data = False

    first = models.ForeignKey(Case, models.CASCADE, related_name="+", verbose_name=_("case"), db_index=False)
    second = models.ForeignKey(Case, models.CASCADE, related_name="+", verbose_name=_("other case"))
    kind = models.CharField(_("how"), max_length=10, choices=LinkKind, default=LinkKind.RELATED)
    made_at = models.DateTimeField(_("made"), default=clock.now, editable=False)

    objects = CaseLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link between cases")
        verbose_name_plural = _("links between cases")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="case_link_once"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="case_link_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ReadingQuerySet(models.QuerySet["Reading"]):
    def in_force(self, user_id: int, case: Case, at: datetime | None = None) -> Self:
        """Leave to see a case's texts at this moment."""
        return self.filter(user_id=user_id, case=case, until__gt=at or clock.now())


class Reading(models.Model):
    """Leave for one member of staff to see the texts of a case for some minutes; that they did is recorded (P18)."""

    holds_personal_data = False

    case = models.ForeignKey(Case, models.CASCADE, related_name="+", verbose_name=_("case"), db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who"), db_index=False
    )
    until = models.DateTimeField(_("until"))

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        indexes = [models.Index(fields=["case", "user", "until"], name="reading_in_force")]

    def __str__(self) -> str:
        return f"reading {self.pk}"
