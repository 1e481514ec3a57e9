"""Opt-outs: what was said about an address, and who may therefore not be written to.

Keyed by digest, never by the person's row: an opt-out holds for people whom nobody knows yet, and outlives erasure.
"""

from datetime import date, datetime
from typing import Any, Self
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.choices import Channel, IdentifierKind
from apps.core.fields import EncryptedTextField
from apps.optouts.choices import EVERY_PURPOSE, EVERY_SENDER, ChangeEvent, Medium, Reason
from apps.partners.models import Partner
from apps.policies.registry import PURPOSE_BY_CODE
from apps.subjects.models import Identifier


class Coverage(models.Model):
    """What an act covers: an address (by digest) × channel × purpose × sender."""

    kind = models.CharField(_("kind of address"), max_length=8, choices=IdentifierKind)
    digest = models.BinaryField(_("digest"), max_length=16)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    # A purpose's code, or EVERY_PURPOSE. No foreign key: the fact must be writable before and after any register.
    purpose = models.CharField(_("purpose"), max_length=40)
    # A partner's code (`operator` is one), or EVERY_SENDER.
    sender = models.CharField(_("sender"), max_length=40, default=EVERY_SENDER)

    class Meta:
        abstract = True


class Scope(Coverage):
    """What a fact covers, and why."""

    reason = models.CharField(_("reason"), max_length=10, choices=Reason)

    class Meta:
        abstract = True


# The newest events of a span of time, counted by piece of it and, each for itself, by four columns.
_TALLY = """
    SELECT CASE GROUPING(channel, medium, partner_id, campaign)
               WHEN 7 THEN 'channel' WHEN 11 THEN 'medium' WHEN 13 THEN 'partner' ELSE 'campaign' END,
           coalesce(channel, medium, partner_id::text, campaign), piece, count(*)
    FROM (SELECT channel, medium, partner_id, campaign, date_trunc(%(unit)s, recorded_at AT TIME ZONE %(zone)s)::date
          FROM optouts_optoutevent WHERE recorded_at >= %(first)s AND recorded_at < %(end)s
          ORDER BY recorded_at DESC LIMIT %(most)s) AS e(channel, medium, partner_id, campaign, piece)
    GROUP BY GROUPING SETS ((piece, channel), (piece, medium), (piece, partner_id), (piece, campaign))
"""


class OptOutEventQuerySet(models.QuerySet["OptOutEvent"]):
    def tally(self, first: datetime, end: datetime, *, unit: str, most: int) -> list[tuple[str, str, date, int]]:
        """How many events were recorded from `first` up to `end`: (`channel`, `medium`, `partner` or `campaign`, its
        value, first day of the day, week or month, number). Looks at the newest `most` and no more.

        Events without a partner or a campaign count by the other columns only.
        """
        with connection.cursor() as cursor:
            zone: str = settings.TIME_ZONE
            span: dict[str, str | int | datetime] = {
                "first": first,
                "end": end,
                "unit": unit,
                "most": most,
                "zone": zone,
            }
            cursor.execute(_TALLY, span)
            return [row for row in cursor.fetchall() if row[1]]


class OptOutEvent(Scope):
    """One refusal, bounce or complaint as it came in. Append-only; its id is that of its journal entry."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    medium = models.CharField(_("came by"), max_length=10, choices=Medium)
    occurred_at = models.DateTimeField(_("said at"))
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now, editable=False)
    campaign = models.CharField(_("campaign"), max_length=60, blank=True)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="+", verbose_name=_("reported by"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by")
    )
    batch = models.BigIntegerField(_("batch"), null=True, editable=False)

    objects = OptOutEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("opt-out event")
        verbose_name_plural = _("opt-out events")
        permissions = [
            ("take_many", _("Can take many opt-outs at once")),
            ("check_message", _("Can check a message's headers")),
        ]
        indexes = [
            models.Index(fields=["digest", "-occurred_at"], name="optout_by_digest"),
            models.Index(fields=["-recorded_at"], name="optout_by_time"),
            models.Index(fields=["medium", "-recorded_at"], name="optout_by_medium"),
            models.Index(fields=["reason", "-recorded_at"], name="optout_by_reason"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} · {self.get_reason_display()} · {str(self.pk)[:8]}"


class OptOutNote(models.Model):
    """What the person said or wrote when they refused; apart from the event, because it can be erased."""

    event = models.OneToOneField(OptOutEvent, models.PROTECT, related_name="note", verbose_name=_("event"))
    text = EncryptedTextField(_("in their words"))

    def __str__(self) -> str:
        return f"note {self.pk}"


def covering_purposes(purpose: str) -> list[str]:
    """The purposes whose refusal forbids a message of this one: a topic falls with the purpose above it.

    Raises KeyError for a code that the registry doesn't know.
    """
    parent = PURPOSE_BY_CODE[purpose].parent
    return [purpose, EVERY_PURPOSE, *([parent] if parent else [])]


class Resubscription(Coverage):
    """A person's own confirmed wish to receive again what they had refused. Append-only, its id is that of its entry.

    It lifts the refusals of exactly its scope that were made before the person asked: what they refuse afterwards
    stands, however late the confirmation comes or is repeated. Bounces, complaints and decisions of staff stay.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    asked_at = models.DateTimeField(_("asked for"))
    confirmed_at = models.DateTimeField(_("confirmed"))
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now, editable=False)
    # The suppression that it was about, by its primary key: the row is gone when it was lifted, its history stays.
    suppression = models.BigIntegerField(_("suppression"), null=True, editable=False)

    class Meta:
        verbose_name = _("resubscription")
        verbose_name_plural = _("resubscriptions")
        indexes = [
            models.Index(fields=["digest", "-asked_at"], name="resubscription_by_digest"),
            models.Index(fields=["-recorded_at"], name="resubscription_by_time"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} · {str(self.pk)[:8]}"


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of(self, digests: list[bytes]) -> Self:
        """Every suppression of these addresses."""
        return self.filter(digest__in=digests)

    def covering(self, *, channel: str, purpose: str, sender: str) -> Self:
        """Suppressions whose scope takes in such a message.

        `purpose` is a code of the registry, `sender` a partner's code.
        """
        return self.filter(
            Q(channel=channel) | Q(channel=Channel.ALL),
            purpose__in=covering_purposes(purpose),
            sender__in=[sender, EVERY_SENDER],
        )

    def blocking(self, digests: list[bytes], *, channel: str, purpose: str, sender: str) -> Self:
        """Suppressions that forbid a message to one of these addresses; arguments as `covering`."""
        return self.of(digests).covering(channel=channel, purpose=purpose, sender=sender)

    def concerning(self, digest: bytes) -> Self:
        """Suppressions that bear upon messages to this address.

        What a person said about every channel holds for all their addresses, also for those that became known later.
        """
        person = Identifier.objects.filter(digest=digest).values("subject_id")
        others = Identifier.objects.filter(subject_id__in=person).values_list("digest", flat=True)
        digests = [digest, *(bytes(other) for other in others)]
        return self.of(digests).filter(Q(digest=digest) | Q(channel=Channel.ALL))

    def forbidding(self, digest: bytes, *, channel: str, purpose: str, sender: str) -> Self:
        """Suppressions that forbid a message to this address, those of its person included; arguments as `covering`."""
        return self.concerning(digest).covering(channel=channel, purpose=purpose, sender=sender)


_Referencing: Any = pgtrigger.Referencing  # it has no types

# Whoever writes or lifts a suppression, its readers are told: the statement that does it writes the changes too.
_TELL = """
    INSERT INTO optouts_suppressionchange (suppression, kind, digest, channel, purpose, sender, reason, since, event)
    SELECT id, kind, digest, channel, purpose, sender, reason, {since}, '{event}' FROM told ORDER BY id;
    RETURN NULL;
"""


class Suppression(Scope):
    """A scope in which an address may not be contacted, derived from its events; what scrubbing and sending ask."""

    since = models.DateTimeField(_("since"))
    created_at = models.DateTimeField(_("in force since"), default=clock.now, editable=False)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        permissions = [("take_optout", _("Can take an opt-out from a person"))]
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "channel", "purpose", "sender", "reason"], name="suppression_once"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at"], name="suppression_by_time"),
            models.Index(fields=["channel", "-created_at"], name="suppression_by_channel"),
            models.Index(fields=["reason", "-created_at"], name="suppression_by_reason"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="tell_suppressed", level=pgtrigger.Statement, when=pgtrigger.After, operation=pgtrigger.Insert,
                referencing=_Referencing(new="told"),
                func=_TELL.format(since="since", event=ChangeEvent.SUPPRESSED.value),
            ),
            pgtrigger.Trigger(
                name="tell_lifted", level=pgtrigger.Statement, when=pgtrigger.After, operation=pgtrigger.Delete,
                referencing=_Referencing(old="told"),
                func=_TELL.format(since="clock_timestamp()", event=ChangeEvent.LIFTED.value),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_channel_display()} · {self.get_reason_display()} · {self.pk}"


class JournalMark(models.Model):
    """How far the worker has carried one journal file into the database, in bytes."""

    holds_personal_data = False

    file = models.CharField(max_length=200, primary_key=True)
    offset = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.file
