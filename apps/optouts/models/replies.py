"""Replies by SMS that somebody has to read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.fields import EncryptedTextField
from apps.optouts.choices import EVERY_SENDER, MessageState


class InboundMessage(models.Model):
    """A reply by SMS that is more than a word: somebody has to read it.

    `key` is the same however often a gateway hands it over. `digest` is None when the number can't be one. Number and
    text are destroyed some time after it was handled.
    """

    key = models.UUIDField(unique=True, editable=False)
    digest = models.BinaryField(max_length=16, null=True)
    phone = EncryptedTextField(_("from"), null=True)
    text = EncryptedTextField(_("text"), null=True)
    sent_to = models.CharField(_("sent to"), max_length=40, blank=True)
    sender = models.CharField(_("answers messages of"), max_length=40, default=EVERY_SENDER)
    source = models.CharField(_("came through"), max_length=60)
    received_at = models.DateTimeField(_("received"))
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)
    state = models.CharField(_("state"), max_length=8, choices=MessageState, default=MessageState.OPEN)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("handled by")
    )
    handled_at = models.DateTimeField(_("handled"), null=True)

    class Meta:
        verbose_name = _("SMS reply")
        verbose_name_plural = _("SMS replies")
        permissions = [("handle_inboundmessage", _("Can read and settle SMS replies"))]
        indexes = [
            models.Index(fields=["-received_at"], name="reply_by_time"),
            models.Index(fields=["state", "-received_at"], name="reply_by_state"),
            models.Index(fields=["digest"], name="reply_by_digest"),
        ]

    def __str__(self) -> str:
        return f"S-{self.pk}"
