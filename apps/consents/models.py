"""The ledger of consents: what a person permitted, refused and took back, each act as an event that nobody changes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Max, Min, Q
from django.utils.translation import gettext_lazy as _

from apps.consents.choices import ENDING, Medium, State
from apps.core import clock
from apps.partners.models import Partner
from apps.policies.registry import purpose_title
from apps.subjects.models import Subject

# By which the eraser and the merge of two people get past the trigger; nobody else does.
APPEND_ONLY = "consents.ConsentEvent:append_only"
_GIVEN, _ENDING = Q(state=State.GIVEN), Q(state__in=ENDING)


def in_force_among(events: Iterable["ConsentEvent"], at: datetime | None = None) -> bool:
    """Whether by these events of one person about one purpose a consent was in force at a moment (now): given, and not
    ended since. Of a giving and an ending at the same moment the ending counts.
    """
    until = at or clock.now()
    known = [event for event in events if event.occurred_at <= until]
    given = max((event.occurred_at for event in known if event.state == State.GIVEN), default=None)
    return given is not None and not any(event.state in ENDING and event.occurred_at >= given for event in known)


class ConsentEventQuerySet(models.QuerySet["ConsentEvent"]):
    """Answers depend on when things happened, never on the order in which they came to be known."""

    def about(self, subject: Subject, purpose: str) -> Self:
        """What one person did about one purpose, latest first."""
        return self.filter(subject=subject, purpose=purpose).order_by("-occurred_at", "-recorded_at")

    def in_force(self, subject: Subject, purpose: str, at: datetime | None = None) -> bool:
        """Whether the person's consent was in force at a moment (now)."""
        return in_force_among(self.about(subject, purpose), at)

    def held_since(self, subject: Subject, purpose: str) -> datetime | None:
        """Since when the consent has been in force without a break; None when it is not.

        What rests on a consent may rest on this only: what an end destroyed is not brought back by a later beginning.
        The SQL of it, for many people at once, is `services.permitted`.
        """
        events = self.about(subject, purpose).order_by()
        ended = events.aggregate(at=Max("occurred_at", filter=_ENDING))["at"]
        given = events.filter(_GIVEN, **({"occurred_at__gt": ended} if ended else {}))
        since: datetime | None = given.aggregate(at=Min("occurred_at"))["at"]
        return since


class ConsentEvent(models.Model):
    """One act about one purpose. A correction is a further event."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # Found by the index below, which begins with it.
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+", verbose_name=_("person"), db_index=False)
    # A code of the register; no foreign key, as with opt-outs.
    purpose = models.CharField(_("what for"), max_length=40)
    state = models.CharField(_("state"), max_length=12, choices=State)
    occurred_at = models.DateTimeField(_("said at"))
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now, editable=False)
    medium = models.CharField(_("came by"), max_length=10, choices=Medium)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by")
    )
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="+", verbose_name=_("reported by"))
    batch = models.BigIntegerField(_("batch"), null=True, editable=False)

    objects = ConsentEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent event")
        verbose_name_plural = _("consent events")
        permissions = [("record_consent", _("Can record that a person permits, refuses or withdraws"))]
        indexes = [
            models.Index(fields=["subject", "purpose", "-occurred_at"], name="consent_by_person"),
            models.Index(fields=["-recorded_at"], name="consent_by_time"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_state_display()} · {str(self.pk)[:8]}"

    @property
    def purpose_title(self) -> str:
        """The purpose, in the reader's language."""
        return purpose_title(self.purpose)
