"""Batches (a partner's file on its way in) and the rows staged from them."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.fields import CiphertextField, EncryptedJSONField
from apps.imports.choices import FIGURES, FINISHED_STATUSES, HALTED_STATUSES, KEPT_VERDICTS, Kind, Status, Verdict
from apps.imports.work import Work
from apps.partners.models import Partner
from apps.subjects.models import PersonalRecord, Subject

DIGESTS = ("token", "card", "phone", "email")


class BatchQuerySet(models.QuerySet["Batch"]):
    def same_content(self, batch: "Batch") -> Self:
        """Earlier files of this partner and kind with the same bytes, that were or may yet be merged."""
        dead = [Status.REFUSED, Status.CANCELLED, Status.FAILED, Status.UNDONE]
        same = self.filter(content_digest=batch.content_digest, partner=batch.partner_id, kind=batch.kind)
        return same.filter(pk__lt=batch.pk).exclude(status__in=dead).order_by("-pk")


class Batch(Work):
    """One file of one partner, from upload to its merged rows."""

    holds_personal_data = False

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("partner"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    created_at = models.DateTimeField(_("uploaded"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("confirmed by"),
    )  # fmt: skip
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    # Encrypted file under MEDIA_ROOT (empty once it is deleted), its size in plain bytes, and the digest (keyed) of
    # its plain bytes, in hex.
    file = models.CharField(max_length=120, blank=True, editable=False)
    size = models.BigIntegerField(_("size"), default=0, editable=False)
    content_digest = models.CharField(max_length=32, blank=True, editable=False)
    # Encoding, delimiter and the column found for each field; headers only, no values (see engine.layout.Layout).
    layout = models.JSONField(_("layout"), default=dict, editable=False)
    # What somebody said that the columns hold, where the file was read by it.
    profile = models.ForeignKey("Profile", models.PROTECT, null=True, editable=False, related_name="+")
    # {"code": …, "params": {…}} of engine.refusals; of a file that waits for its columns too.
    refusal = models.JSONField(_("reason for refusal"), null=True, editable=False)
    # [{"code": …, "params": {…}}] of engine.refusals.FILE_NOTES.
    notes = models.JSONField(default=list, editable=False)
    # {verdict: rows}, plus rows and warnings: what merging would do, then what it did.
    figures = models.JSONField(_("figures"), default=dict, editable=False)
    # {"refused:phone-destroyed": rows, "warning:birth_date:malformed": values, …}
    reasons = models.JSONField(_("reasons"), default=dict, editable=False)
    # Figures and reasons of the chunks merged so far; part of the checkpoint.
    tally = models.JSONField(default=dict, editable=False)
    # [first, last] of the chunks in which nobody was known when they were judged; emptied when one is found who is.
    all_new = models.JSONField(default=list, editable=False)
    # What undoing did: {name of UNDONE_FIGURES: how many}.
    undone = models.JSONField(default=dict, editable=False)
    # {number: [verdict, reason]} of the first rows, for the preview.
    preview = models.JSONField(default=dict, editable=False)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-pk"]
        permissions = [
            ("confirm_batch", _("Can merge a file that was previewed")),
            ("cancel_batch", _("Can cancel a file before it is merged")),
            ("view_rejects", _("Can download the rows that were refused")),
            ("undo_batch", _("Can undo a file that was merged")),
        ]
        indexes = [models.Index(fields=["content_digest", "partner"], name="batch_by_content")]
        # Staged rows refer to it without a constraint.
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What staff call the batch: `F-17`."""
        return f"F-{self.pk}"

    @property
    def rows_merged(self) -> int:
        """Rows behind the checkpoint of a merge that began and isn't through."""
        begun = bool(self.figures) and self.status in {Status.MERGING, *HALTED_STATUSES}
        return self.rows_done if begun and not self.undone else 0

    def figure(self, name: str) -> int:
        """One of FIGURES, 0 where none was counted."""
        return int(self.figures.get(name, 0))

    def summary(self) -> dict[str, Any]:
        """Every figure, and the refusal's code under `refused_file` where the file was refused whole."""
        summary: dict[str, Any] = {name: self.figure(name) for name in FIGURES}
        return summary | ({"refused_file": self.refusal} if self.refusal else {})


# What stays of a merged file: rows that wait for somebody, and those that lost values.
STAYS = Q(verdict__in=KEPT_VERDICTS) | ~Q(warnings=[])


class StagedRowQuerySet(models.QuerySet["StagedRow"]):
    def kept(self) -> Self:
        """Rows that did not go in and wait for somebody."""
        return self.filter(verdict__in=KEPT_VERDICTS)

    def to_return(self) -> Self:
        """Rows that the partner gets back: refused, in conflict, or taken in without some values.

        Rows in quarantine are not among them: they are about children, and go nowhere.
        """
        without_values = Q(verdict="") & ~Q(warnings=[])
        return self.filter(Q(verdict__in=[Verdict.REFUSED, Verdict.CONFLICT]) | without_values, raw__isnull=False)

    def with_digests(self, digests: list[bytes]) -> Self:
        """Rows that name somebody by one of these digests."""
        named = Q()
        for name in DIGESTS:
            named |= Q(**{f"{name}__in": digests})
        return self.filter(named)

    def about(self, digests: list[bytes]) -> set[int]:
        """Primary keys of rows that name somebody by one of these digests.

        Kept rows are found by their indexes; rows of files that nobody decided about, by those files.
        """
        open_batches = Batch.objects.exclude(status__in=FINISHED_STATUSES).values_list("pk", flat=True)
        kept = self.filter(raw__isnull=False).with_digests(digests)
        waiting = self.filter(batch_id__in=list(open_batches)).with_digests(digests)
        return {pk for rows in (kept, waiting) for pk in rows.values_list("pk", flat=True)}


class StagedRow(models.Model):
    """One row of a file: what it said, sealed as it will be stored, and the verdict on it.

    Rows that go in are deleted as they are merged. What stays are rows that were refused, that wait (quarantine,
    conflict) or that had warnings, with their cells as they came.
    """

    # A batch is never deleted, its trigger sees to that; a foreign key would look for it once for each of many rows.
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows", db_constraint=False, db_index=False)
    number = models.PositiveIntegerField(_("row"))
    line = models.PositiveIntegerField(_("line"))
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict, blank=True)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    # [["column field", "code"], …]: values that were left out of a row that goes in.
    warnings = models.JSONField(default=list)
    # Cells as they came; kept for the rows named above, and for the first ones until the file is merged.
    raw = EncryptedJSONField(null=True)

    # What names the person: digests for matching, values sealed for subjects.Identifier.value. What only some kinds of
    # file fill has its default from the database: rows come in by COPY of the columns that their kind fills.
    token = models.BinaryField(max_length=16, null=True)
    card = models.BinaryField(max_length=16, null=True)
    phone = models.BinaryField(max_length=16, null=True)
    email = models.BinaryField(max_length=16, null=True)
    token_value = CiphertextField(bound_to="subjects_identifier.value", null=True)
    card_value = CiphertextField(bound_to="subjects_identifier.value", null=True)
    phone_value = CiphertextField(bound_to="subjects_identifier.value", null=True)
    email_value = CiphertextField(bound_to="subjects_identifier.value", null=True)

    # Members: payloads sealed for subjects.PersonalRecord.payload, with their digests. `nameless` says that a card's
    # number is all there is.
    nameless = models.BooleanField(default=False, db_default=False)
    language = models.CharField(max_length=2, blank=True, db_default="")
    identity = CiphertextField(bound_to="subjects_personalrecord.payload", null=True)
    identity_digest = models.BinaryField(max_length=16, null=True)
    address = CiphertextField(bound_to="subjects_personalrecord.payload", null=True)
    address_digest = models.BinaryField(max_length=16, null=True)
    points = CiphertextField(bound_to="subjects_personalrecord.payload", null=True)
    points_digest = models.BinaryField(max_length=16, null=True)
    purchases = CiphertextField(bound_to="subjects_personalrecord.payload", null=True)
    purchases_digest = models.BinaryField(max_length=16, null=True)

    # Opt-outs: the scope that the row speaks of; the note sealed for optouts.OptOutNote.text.
    channel = models.CharField(max_length=10, blank=True, db_default="")
    purpose = models.CharField(max_length=40, blank=True, db_default="")
    optout_reason = models.CharField(max_length=10, blank=True, db_default="")
    occurred_at = models.DateTimeField(null=True)
    campaign = models.CharField(max_length=60, blank=True, db_default="")
    note = CiphertextField(bound_to="optouts_optoutnote.text", null=True)
    # Further facts of the same row: [[kind of identifier, its digest in hex, channel, purpose, reason], …].
    also = models.JSONField(null=True)

    # Activity (its moment is `occurred_at`): the data category, the digest of what makes it one event, and the payload
    # sealed for subjects.PersonalRecord.payload, with its digest.
    category = models.CharField(max_length=40, blank=True, db_default="")
    record_key = models.BinaryField(max_length=16, null=True)
    payload = CiphertextField(bound_to="subjects_personalrecord.payload", null=True)
    payload_digest = models.BinaryField(max_length=16, null=True)

    # Consents: [[purpose, channel, state, moment, end, edition, language, wording], …] of engine.acts.
    acts = models.JSONField(null=True)

    objects = StagedRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row")
        verbose_name_plural = _("rows")
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="row_once")]
        permissions = [("settle_conflict", _("Can decide about rows that contradict what is known"))]
        # Rows that stay are found by what they name, those on their way through by their batch, for one index more.
        indexes = [
            *(models.Index(fields=[name], name=f"row_by_{name}", condition=Q(raw__isnull=False)) for name in DIGESTS),
            models.Index(fields=["-batch", "number"], name="row_in_conflict", condition=Q(verdict=Verdict.CONFLICT)),
            models.Index(fields=["batch"], name="row_quarantined", condition=Q(verdict="quarantined")),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"


class MergedChunk(models.Model):
    """Rows of a batch that were merged by one transaction. Whatever they brought in has `at` as its time, which is no
    other chunk's: by that it is found when the batch is undone.
    """

    holds_personal_data = False

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="chunks", verbose_name=_("file"))
    first = models.PositiveIntegerField(_("first row"))
    last = models.PositiveIntegerField(_("last row"))
    at = models.DateTimeField(_("merged"), unique=True)
    # People who were there before and whom it changed; fewer rows of TouchedPerson are left when some were erased.
    touched = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("merged part of a file")
        verbose_name_plural = _("merged parts of files")

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.first}-{self.last}"


class TouchedPerson(models.Model):
    """Somebody who was there before a chunk was merged, and whom it changed. Kept as long as it can be undone."""

    chunk = models.ForeignKey(MergedChunk, models.CASCADE, related_name="people")
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="+", db_constraint=False)
    # The language that the row said, where none was known.
    language = models.CharField(max_length=2, blank=True)

    def __str__(self) -> str:
        return f"{self.chunk_id} {self.pk}"


class BeforeImage(models.Model):
    """What a record said before a chunk replaced it. Kept as long as the chunk can be undone."""

    chunk = models.ForeignKey(MergedChunk, models.CASCADE, related_name="images")
    record = models.ForeignKey(PersonalRecord, models.CASCADE, related_name="+", db_constraint=False)
    source = models.CharField(max_length=12)
    observed_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    payload = CiphertextField(bound_to="subjects_personalrecord.payload")
    payload_digest = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return f"{self.chunk_id} {self.pk}"


class Profile(models.Model):
    """What the columns of a partner's file hold, as somebody said; used again for every file with the same header."""

    holds_personal_data = False

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("partner"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    # Keyed digest of the titles in their order, in hex: another header is another question.
    header_digest = models.CharField(max_length=32)
    # {"fields": [field or "", …], "styles": [ColumnStyle or "", …]}, one a column.
    mapping = models.JSONField(_("columns"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("made"), default=clock.now)

    class Meta:
        verbose_name = _("columns of a partner's file")
        verbose_name_plural = _("columns of partners' files")
        constraints = [models.UniqueConstraint(fields=["partner", "kind", "header_digest"], name="profile_by_header")]

    def __str__(self) -> str:
        return f"{self.partner_id}:{self.kind}:{self.pk}"
