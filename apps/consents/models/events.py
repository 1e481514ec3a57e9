"""The ledger of consents: what a person permitted, refused and took back, each act as an event that nobody changes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.consents.choices import CHANNEL_CHOICES, EVERY_CHANNEL, RANK, Medium, State
from apps.consents.models.standing import held_since_among, standing_of
from apps.consents.models.wordings import Wording
from apps.core import clock
from apps.core.fields import EncryptedTextField
from apps.partners.models import Partner
from apps.policies.models import PolicyEdition
from apps.policies.registry import purpose_title
from apps.subjects.models import Subject

# By which the eraser and the merge of two people get past the trigger; nobody else does.
APPEND_ONLY = "consents.ConsentEvent:append_only"

# One thing of a row may change, once: that it counts no more, because a correction that is in the ledger names it. What
# is generated is not known yet when the trigger looks.
_REFUSE_CHANGES = """
    IF TG_OP = 'UPDATE' THEN
        IF OLD.counts AND NOT NEW.counts
           AND to_jsonb(OLD) - ARRAY['counts', 'rank'] = to_jsonb(NEW) - ARRAY['counts', 'rank']
           AND EXISTS (SELECT FROM consents_consentevent c WHERE c.corrects_id = OLD.id) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'Cannot update or delete rows from % table: what was said stays. Add a further event.',
        TG_TABLE_NAME;
"""
_LET_CORRECTIONS_COUNT = """
    IF EXISTS (SELECT FROM arrived a WHERE NOT a.counts AND a.corrects_id IS NULL) THEN
        RAISE check_violation USING MESSAGE = 'an event counts unless it is a correction';
    END IF;
    IF EXISTS (SELECT FROM arrived a WHERE a.corrects_id IS NOT NULL) THEN
        IF EXISTS (SELECT FROM arrived a LEFT JOIN consents_consentevent e ON e.id = a.corrects_id
                       AND e.subject_id = a.subject_id AND e.purpose = a.purpose AND e.counts
                   WHERE a.corrects_id IS NOT NULL AND e.id IS NULL) THEN
            RAISE check_violation USING MESSAGE = 'a correction names an event of the same person that counts';
        END IF;
        UPDATE consents_consentevent SET counts = false WHERE id IN (SELECT corrects_id FROM arrived);
    END IF;
    RETURN NULL;
"""


def _triggers() -> Iterator[pgtrigger.Trigger]:
    yield pgtrigger.Trigger(
        name="append_only", when=pgtrigger.Before, operation=pgtrigger.Update | pgtrigger.Delete, func=_REFUSE_CHANGES
    )
    yield pgtrigger.Trigger(
        name="corrections_count", operation=pgtrigger.Insert, when=pgtrigger.After, level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="arrived"), func=_LET_CORRECTIONS_COUNT,
    )  # fmt: skip
    # TRUNCATE asks no row's trigger.
    yield pgtrigger.Trigger(
        name="never_emptied", level=pgtrigger.Statement, when=pgtrigger.Before, operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'Cannot truncate the % table: what was said stays', TG_TABLE_NAME;",
    )  # fmt: skip


class ConsentEventQuerySet(models.QuerySet["ConsentEvent"]):
    """Answers depend on when things happened, never on the order in which they came to be known."""

    def about(self, subject: Subject, purpose: str) -> Self:
        """What one person did about one purpose, latest first."""
        return self.filter(subject=subject, purpose=purpose).order_by("-occurred_at", "-recorded_at", "-pk")

    def told_by_file(self, batch: int) -> list[tuple[str, str, bool, int]]:
        """What a partner's file told: (purpose, state, whether it counts, how many acts)."""
        told = self.filter(batch=batch, medium=Medium.FILE, row__isnull=False).values("purpose", "state", "counts")
        counted = told.annotate(acts=models.Count("pk")).order_by("purpose", "state", "-counts")
        return list(counted.values_list("purpose", "state", "counts", "acts"))

    def in_force(
        self, subject: Subject, purpose: str, at: datetime | None = None, channel: str = EVERY_CHANNEL
    ) -> bool:
        """Whether the person's consent was in force at a moment (now)."""
        standing = standing_of(self.about(subject, purpose), at or clock.now(), channel)
        return standing is not None and standing.in_force

    def held_since(self, subject: Subject, purpose: str) -> datetime | None:
        """Since when the consent, of no channel in particular, has been in force without a break; None when it is not.

        What rests on a consent may rest on this only: what an end destroyed is not brought back by a later beginning.
        The SQL of it, for many people at once, is `services.permitted`.
        """
        return held_since_among(self.about(subject, purpose).filter(channel=EVERY_CHANNEL), clock.now())


class ConsentEvent(models.Model):
    """One act about one purpose. A correction is a further event.

    What refers to a register's row has neither constraint nor index, as with people's records: such a row can never be
    deleted, and nobody looks for acts by it.
    """

    id = models.BigAutoField(primary_key=True)
    # Found by the index below, which begins with it.
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+", verbose_name=_("person"), db_index=False)
    # A code of the register; no foreign key, as with opt-outs.
    purpose = models.CharField(_("what for"), max_length=40)
    # Empty when the act speaks of every channel, and where a purpose has none.
    channel = models.CharField(
        _("channel"), max_length=10, choices=CHANNEL_CHOICES, blank=True, default=EVERY_CHANNEL,
        db_default=EVERY_CHANNEL,
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=12, choices=State)
    occurred_at = models.DateTimeField(_("said at"))
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now, editable=False)
    # Of a consent that was given for a time; None is endless.
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)

    # What the person was told.
    edition = models.ForeignKey(
        PolicyEdition, models.PROTECT, null=True, related_name="+", verbose_name=_("edition seen"), db_index=False,
        db_constraint=False,
    )  # fmt: skip
    language = models.CharField(
        _("language seen"), max_length=2, choices=settings.LANGUAGES, blank=True, default="", db_default=""
    )  # fmt: skip
    wording = models.ForeignKey(
        Wording, models.PROTECT, null=True, related_name="+", verbose_name=_("wording seen"), db_index=False,
        db_constraint=False,
    )  # fmt: skip

    # How we know.
    medium = models.CharField(_("came by"), max_length=10, choices=Medium)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by"),
        db_index=False,
    )  # fmt: skip
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, related_name="+", verbose_name=_("reported by"), db_index=False,
        db_constraint=False,
    )  # fmt: skip
    batch = models.BigIntegerField(_("batch"), null=True, editable=False)
    row = models.IntegerField(_("row of the file"), null=True, editable=False)
    # The campaign of the link through which it came, or the name and number of the form.
    campaign = models.CharField(_("campaign"), max_length=60, blank=True, default="", db_default="")
    form = models.CharField(_("form"), max_length=60, blank=True, default="", db_default="")

    # The event that this one says was recorded wrongly.
    corrects = models.ForeignKey(
        "self", models.RESTRICT, null=True, related_name="corrections", verbose_name=_("corrects"), db_index=False
    )
    # Whether a state may follow from it: not from a correction, nor from what one names. Kept by triggers.
    counts = models.BooleanField(_("counts"), default=True, db_default=True, editable=False)
    rank = models.GeneratedField(
        expression=Case(*(When(state=state.value, then=Value(rank)) for state, rank in RANK.items())),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    objects = ConsentEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent event")
        verbose_name_plural = _("consent events")
        permissions = [
            ("record_consent", _("Can record that a person permits, refuses or withdraws")),
            ("correct_consent", _("Can say that an event was recorded wrongly")),
            ("prove_consent", _("Can make and check proofs of consent")),
        ]
        indexes = [
            models.Index(fields=["subject", "purpose", "-occurred_at"], name="consent_by_person"),
            models.Index(fields=["-recorded_at"], name="consent_by_time"),
            # Everybody's state at a moment is read off this one alone.
            models.Index(
                fields=["purpose", "subject", "-occurred_at", "-rank", "expires_at"], include=["channel", "state"],
                name="consent_as_of", condition=Q(counts=True) & ~Q(state="requested"),
            ),
            models.Index(
                fields=["purpose", "subject", "-occurred_at"], name="consent_requests",
                include=["channel"], condition=Q(counts=True, state="requested"),
            ),
            models.Index(fields=["corrects"], name="consent_corrected", condition=Q(corrects__isnull=False)),
            models.Index(fields=["actor"], name="consent_by_actor", condition=Q(actor__isnull=False)),
            BrinIndex(fields=["batch"], name="consent_by_batch"),  # a file's events lie together
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(state=State.GIVEN, expires_at__gt=F("occurred_at")),
                name="consent_expires_after_given",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | Q(state=State.INVALIDATED, counts=False),
                name="consent_correction_counts_never",
            ),
        ]
        triggers = [*_triggers()]

    def __str__(self) -> str:
        return f"{self.get_state_display()} · {self.pk}"

    @property
    def purpose_title(self) -> str:
        """The purpose, in the reader's language."""
        return purpose_title(self.purpose)

    @property
    def evidence(self) -> list[str | Promise]:
        """How we know: through what, through whom, by which file or form."""
        row = _("file %(batch)s, row %(row)s") % {"batch": self.batch, "row": self.row} if self.row else ""
        parts = (self.get_medium_display(), self.partner, self.actor, row, self.form, self.campaign)
        return [str(part) for part in parts if part]


class ConsentNote(models.Model):
    """What the person said or wrote with it; apart from the event, because it is encrypted anew when keys change."""

    event = models.OneToOneField(ConsentEvent, models.PROTECT, related_name="note", verbose_name=_("event"))
    text = EncryptedTextField(_("in their words"))

    def __str__(self) -> str:
        return f"note {self.pk}"
