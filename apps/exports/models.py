"""Exports: which list left the desk as a file, who took it, and how it ended."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.fields import EncryptedTextField
from apps.exports.choices import ExportReason, FileFormat, Status


class Export(models.Model):
    """One list taken as a file. What was in it is not kept."""

    # The note is about the export; one that holds a number or an address is refused (forms.ExportForm).
    holds_personal_data = False

    created_at = models.DateTimeField(_("started"), default=clock.now, editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    # The model (`app.model`) whose list it was, and codes of how the list was narrowed (narrowing.Narrowing.code).
    exported = models.CharField(_("list"), max_length=60)
    filters = models.JSONField(_("filters"), default=list)
    file_format = models.CharField(_("format"), max_length=8, choices=FileFormat)
    whole = models.BooleanField(_("whole values"), default=False)
    reason = models.CharField(_("reason"), max_length=12, choices=ExportReason, blank=True)
    note = EncryptedTextField(_("note"), null=True)
    status = models.CharField(_("how it ended"), max_length=12, choices=Status, default=Status.STARTED)
    rows = models.PositiveBigIntegerField(_("rows"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        permissions = [
            ("export_list", _("Can export lists that are not about people")),
            ("export_people", _("Can export lists about people")),
        ]
        indexes = [
            models.Index(fields=["-created_at"], name="export_by_time"),
            models.Index(fields=["actor", "-created_at"], name="export_by_actor"),
            models.Index(fields=["exported", "-created_at"], name="export_by_list"),
            models.Index(fields=["whole", "-created_at"], name="export_by_values"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What staff call the export: `X-5`."""
        return f"X-{self.pk}"
