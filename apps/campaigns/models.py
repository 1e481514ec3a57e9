"""Campaigns: a list scrubbed for one message, who was left in it, when it was sent."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.campaigns.choices import CHANNELS, Part, Status
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.optouts.models import SaltOwner

# Digests in one row of RecipientPage: few enough to be read in a moment, enough to keep the rows few.
PAGE_DIGESTS = 512
# A workbook's own file and a text file are given back in the form in which they came.
CSV, XLSX = "csv", "xlsx"
# Where the parts of a scrubbed list lie, below MEDIA_ROOT.
FOLDER = "campaigns"


class Campaign(models.Model):
    """One list that was scrubbed for one message: by whom, for what, against which state of things.

    Says of how many people it is, not of whom; the files with the rows have a term, the figures stay.
    """

    holds_personal_data = False

    title = models.CharField(_("title"), max_length=60)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.UPLOADED, editable=False)
    channel = models.CharField(_("channel"), max_length=10, choices=[(c.value, c.label) for c in CHANNELS])
    # Codes of the register of purposes, and of a partner or EVERY_SENDER.
    purpose = models.CharField(_("what for"), max_length=40)
    sender = models.CharField(_("from whom"), max_length=40)
    with_links = models.BooleanField(_("with unsubscribe links"), default=False)
    # The purpose of which a consent has to be in force; empty where not having refused is enough.
    require_consent = models.CharField(_("only with a consent for"), max_length=40, blank=True)
    # Of a hashed list, the salt in which its digests are.
    salt = models.ForeignKey(SaltOwner, models.PROTECT, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(_("taken in"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    # The moment up to which the result is true: every opt-out committed by then was heeded.
    as_of = models.DateTimeField(_("true as of"), null=True, editable=False)

    # The list: where it lies encrypted until it is scrubbed, its size in plain bytes, the keyed digest of its content.
    file = models.CharField(max_length=120, blank=True, editable=False)
    size = models.BigIntegerField(_("size"), default=0, editable=False)
    content_digest = models.CharField(_("digest of the list"), max_length=32, blank=True, editable=False)
    form = models.CharField(max_length=4, default=CSV, editable=False)
    encoding = models.CharField(max_length=12, blank=True, editable=False)
    # engine.lists.ListLayout; titles only, no values. `column` is the one that somebody named.
    layout = models.JSONField(default=dict, editable=False)
    column = models.CharField(_("column"), max_length=200, blank=True)
    # {"code": …, "params": {…}} of engine.refusals; of a list that waits for its column too.
    refusal = models.JSONField(null=True, editable=False)

    rows = models.BigIntegerField(_("rows"), default=0, editable=False)
    kept = models.BigIntegerField(pgettext_lazy("in a list", "kept"), default=0, editable=False)
    removed = models.BigIntegerField(_("removed"), default=0, editable=False)
    invalid = models.BigIntegerField(_("invalid"), default=0, editable=False)
    # Kept rows whose address stands in an earlier kept row too.
    repeated = models.BigIntegerField(_("repeated"), default=0, editable=False)
    # {code of choices.Why: rows}
    reasons = models.JSONField(default=dict, editable=False)
    # {choices.Part: stored file}; empty once they were destroyed.
    files = models.JSONField(default=dict, editable=False)
    # Whether it is still known who was in the kept list.
    remembers = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-pk"]
        permissions = [
            ("download_campaign", _("Can download the rows of a scrubbed list")),
            ("record_send", _("Can say that a campaign was sent")),
            ("ask_why", _("Can look up which campaigns an address was in")),
            ("exchange_hashes", _("Can exchange hashed lists with partners")),
        ]
        indexes = [
            models.Index(fields=["content_digest"], name="campaign_by_content"),
            models.Index(fields=["-id"], name="campaign_remembering", condition=Q(remembers=True)),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What staff call it: `C-17`."""
        return f"C-{self.pk}"

    @property
    def busy(self) -> bool:
        """Whether a worker has it, or is about to."""
        return self.status in {Status.UPLOADED, Status.RUNNING}

    @property
    def hashed(self) -> bool:
        """Whether its list has digests in the place of addresses."""
        return self.salt_id is not None

    def figures(self) -> dict[str, int]:
        """Rows by what became of them."""
        return {"kept": self.kept, "removed": self.removed, "invalid": self.invalid, "rows": self.rows}

    def summary(self) -> dict[str, Any]:
        """What a machine is told of the result."""
        moment = self.as_of.isoformat() if self.as_of else None
        return {
            **self.figures(), "repeated": self.repeated, "reasons": self.reasons, "as_of": moment,
            "campaign": self.reference, "channel": self.channel, "purpose": self.purpose, "sender": self.sender,
        }  # fmt: skip

    def file_name(self, part: str) -> str:
        """What a part is called when somebody downloads it."""
        return f"{self.reference}-{Part(part).value}.{self.form}"


class RecipientPage(models.Model):
    """Up to PAGE_DIGESTS of the addresses left in a list, by digest: sorted, each DIGEST_BYTES long, one behind the
    other. The pages of a campaign are in order of their `first`.

    Of a hashed list they are the first bytes of its own digests.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="pages", db_index=False)
    first = models.BinaryField(max_length=16)
    digests = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "first"], name="page_by_first")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.pk}"


class SendQuerySet(models.QuerySet["Send"]):
    def alarming(self) -> Self:
        """Sends after an opt-out of which nobody has taken note."""
        return self.filter(late__gt=0, noted_at__isnull=True)


class Send(models.Model):
    """That a campaign was sent, and how many of those who got it had refused by then."""

    holds_personal_data = False

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="sends", verbose_name=_("campaign"))
    sent_at = models.DateTimeField(_("sent"))
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    # Addresses whose refusal was in force here before the sending, and those of whose refusal we learnt only later.
    late = models.PositiveIntegerField(_("sent after an opt-out"), default=0)
    learnt = models.PositiveIntegerField(_("refused before, learnt later"), default=0)
    noted_at = models.DateTimeField(_("taken note of"), null=True, editable=False)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("taken note of by"),
    )  # fmt: skip

    objects = SendQuerySet.as_manager()

    class Meta:
        verbose_name = _("send")
        verbose_name_plural = _("sends")
        ordering = ["-sent_at"]
        constraints = [models.UniqueConstraint(fields=["campaign", "sent_at"], name="send_once")]
        indexes = [
            models.Index(fields=["-id"], name="send_alarming", condition=Q(late__gt=0, noted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.pk}"


class LateAddress(models.Model):
    """An address, by digest, that a campaign was sent to although its refusal was in force by then."""

    send = models.ForeignKey(Send, models.CASCADE, related_name="late_addresses")
    kind = models.CharField(_("kind of address"), max_length=8, choices=IdentifierKind)
    digest = models.BinaryField(_("digest"), max_length=16, db_index=True)
    refused_at = models.DateTimeField(_("in force since"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["send", "digest"], name="late_once")]

    def __str__(self) -> str:
        return f"{self.send_id} {self.pk}"
