"""That people are asked for their consent again, a whole list at once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.consents.choices import ASKING_JOB, CHANNEL_CHOICES, EVERY_CHANNEL, AskingStatus, Medium
from apps.core import clock, jobs
from apps.policies.models import PolicyEdition
from apps.policies.registry import purpose_title


class Asking(models.Model):
    """Everybody who agreed to a purpose before an edition widened it is asked again; a worker records it.

    `reached` is the key of the person up to whom the worker came, so that another goes on behind them; `until` that of
    the last one.
    """

    holds_personal_data = False

    edition = models.ForeignKey(PolicyEdition, models.PROTECT, related_name="+", verbose_name=_("edition"))
    purpose = models.CharField(_("what for"), max_length=40)
    channel = models.CharField(
        _("channel"), max_length=10, choices=CHANNEL_CHOICES, blank=True, default=EVERY_CHANNEL
    )  # fmt: skip
    medium = models.CharField(_("asked by"), max_length=10, choices=Medium)
    asked_at = models.DateTimeField(_("asked at"))
    status = models.CharField(_("status"), max_length=8, choices=AskingStatus, default=AskingStatus.RUNNING)
    done = models.PositiveIntegerField(_("people"), default=0)
    reached = models.BigIntegerField(default=0, editable=False)
    until = models.BigIntegerField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    created_at = models.DateTimeField(_("begun"), default=clock.now)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("asking")
        verbose_name_plural = _("askings")
        permissions = [("ask_consent", _("Can record that people are asked for their consent again"))]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "purpose"], condition=Q(status=AskingStatus.RUNNING), name="asking_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.purpose} {self.pk}"

    @property
    def purpose_title(self) -> str:
        """The purpose, in the reader's language."""
        return purpose_title(self.purpose)

    @property
    def running(self) -> bool:
        """Whether a worker has it."""
        return self.status == AskingStatus.RUNNING

    @cached_property
    def stands_still(self) -> bool:
        """Whether it waits for a job that there is not: the one that it had ended without a word."""
        return self.running and not jobs.is_queued(ASKING_JOB, asking_id=self.pk)

    @property
    def percent(self) -> int:
        """How far it is through all people."""
        return min(100, 100 * self.reached // self.until) if self.until else 100
