"""What follows from the ledger today, for whoever asks often."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.consents.choices import CHANNEL_CHOICES, EVERY_CHANNEL, State
from apps.consents.models.events import ConsentEvent
from apps.core import clock
from apps.policies.models import PolicyEdition
from apps.policies.registry import purpose_title
from apps.subjects.models import Subject


class ConsentStateQuerySet(models.QuerySet["ConsentState"]):
    """Reads by what is in force. A channel without a row of its own has the state of the row of every channel."""

    def speaking_of(self, purpose: str, channel: str = EVERY_CHANNEL) -> Self:
        """For each person the one row that says what holds for this channel."""
        own = ConsentState.objects.filter(subject=OuterRef("subject"), purpose=purpose, channel=channel)
        general = Q(channel=EVERY_CHANNEL)
        wanted = general if channel == EVERY_CHANNEL else Q(channel=channel) | (general & ~Exists(own))
        return self.filter(wanted, purpose=purpose)

    def to_ask(self, edition: PolicyEdition, purpose: str, channel: str = EVERY_CHANNEL) -> Self:
        """Whose consent in force rests on an earlier edition than one that widened the purpose, or on none; one row
        for each person. Without a channel those whose consent does so by at least one. Blocked people are not asked.

        What rests on another document is left alone: the edition does not speak of it.
        """
        earlier = PolicyEdition.objects.filter(document=edition.document_id).exclude(pk__in=edition.with_later())
        rests = Q(edition=None) | Q(edition__in=list(earlier.values_list("pk", flat=True)))
        found = self.filter(rests, purpose=purpose, subject__restricted_at=None).in_force()
        if channel != EVERY_CHANNEL:
            return found.speaking_of(purpose, channel)
        first = ConsentState.objects.filter(rests, purpose=purpose, subject=OuterRef("subject"), pk__lt=OuterRef("pk"))
        return found.exclude(Exists(first.in_force()))

    def unasked(self, edition: PolicyEdition, purpose: str, channel: str = EVERY_CHANNEL) -> Self:
        """Whom nobody has asked under the edition or a later one, by this channel or by every one."""
        asked = ConsentEvent.objects.filter(
            subject=OuterRef("subject"), purpose=purpose, state=State.REQUESTED, counts=True,
            edition__in=list(edition.with_later().values_list("pk", flat=True)),
        )  # fmt: skip
        if channel != EVERY_CHANNEL:
            asked = asked.filter(channel__in=[EVERY_CHANNEL, channel])
        return self.exclude(Exists(asked))

    def in_force(self, at: datetime | None = None) -> Self:
        """Given, and not expired by a moment (now)."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at or clock.now()), state=State.GIVEN)


class ConsentState(models.Model):
    """The state of a person's consent for a purpose by a channel as of the last act, kept by `services.refresh`.

    There is a row for each channel that an act ever named, and one for acts that named none. That a given consent has
    expired meanwhile is read off `expires_at`.
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+", verbose_name=_("person"), db_index=False)
    purpose = models.CharField(_("what for"), max_length=40)
    channel = models.CharField(_("channel"), max_length=10, choices=CHANNEL_CHOICES, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State)
    since = models.DateTimeField(_("since"))
    expires_at = models.DateTimeField(_("valid until"), null=True)
    event = models.ForeignKey(
        ConsentEvent, models.PROTECT, related_name="+", verbose_name=_("event"), db_index=False, db_constraint=False
    )
    # The edition that was seen with the event: who agreed under which is asked of everybody at once.
    edition = models.ForeignKey(
        PolicyEdition, models.PROTECT, null=True, related_name="+", verbose_name=_("edition seen"), db_index=False,
        db_constraint=False,
    )  # fmt: skip

    objects = ConsentStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("state of a consent")
        verbose_name_plural = _("states of consents")
        constraints = [models.UniqueConstraint(fields=["subject", "purpose", "channel"], name="consent_state_once")]
        indexes = [
            models.Index(
                fields=["purpose", "channel", "state", "subject"], include=["expires_at"],
                name="consent_state_by_purpose",
            ),
            # Who agreed under which edition.
            models.Index(
                fields=["purpose", "edition", "channel", "subject"], name="consent_state_by_edition",
                condition=Q(state=State.GIVEN),
            ),
            models.Index(
                fields=["purpose", "expires_at"], name="consent_state_expiring", condition=Q(expires_at__isnull=False)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.purpose} {self.channel or '*'} {self.pk}"

    @property
    def purpose_title(self) -> str:
        """The purpose, in the reader's language."""
        return purpose_title(self.purpose)

    def state_at(self, at: datetime) -> State:
        """The state at a moment since the last act."""
        over = self.state == State.GIVEN and self.expires_at is not None and self.expires_at <= at
        return State.EXPIRED if over else State(self.state)
