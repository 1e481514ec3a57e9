"""Batches (a partner's file on its way in) and the rows staged from them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.fields import EncryptedJSONField
from apps.imports.choices import Kind, Status, Verdict
from apps.partners.models import Partner


class Batch(models.Model):
    """One file of one partner, from upload to its merged rows."""

    holds_personal_data = False

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("partner"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.UPLOADED, editable=False)
    created_at = models.DateTimeField(_("uploaded"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    # Encrypted file under MEDIA_ROOT, its size in plain bytes, and the digest (keyed) of its plain bytes.
    file = models.CharField(max_length=120, blank=True, editable=False)
    size = models.BigIntegerField(_("size"), default=0, editable=False)
    content_digest = models.BinaryField(max_length=16, null=True, editable=False)
    # Encoding, delimiter and the column found for each field; headers only, no values.
    layout = models.JSONField(_("layout"), default=dict, editable=False)
    refusal = models.JSONField(_("reason for refusal"), null=True, editable=False)
    # {verdict: rows}, plus rows and warnings.
    figures = models.JSONField(_("figures"), default=dict, editable=False)
    # {"refused:phone-destroyed": rows, "warning:birth-date": values, …}
    reasons = models.JSONField(_("reasons"), default=dict, editable=False)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-pk"]
        permissions = [
            ("confirm_batch", _("Can merge a file that was previewed")),
            ("cancel_batch", _("Can cancel a file before it is merged")),
            ("view_rejects", _("Can download the rows that were refused")),
        ]
        indexes = [models.Index(fields=["content_digest", "partner"], name="batch_by_content")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What staff call the batch: `F-17`."""
        return f"F-{self.pk}"


class StagedRow(models.Model):
    """One row of a file: what it said (encrypted), what it would change, and the verdict on it."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict, blank=True)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    # [["column field", "code"], …]: values that were left out of a row that goes in.
    warnings = models.JSONField(default=list)
    # Cells as they came, for the file of rejects; kept for those rows only.
    raw = EncryptedJSONField(null=True)

    class Meta:
        verbose_name = _("row")
        verbose_name_plural = _("rows")
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="row_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"
