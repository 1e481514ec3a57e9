"""Mail that came in: how often it was looked for, and what became of each letter."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.cases.models import Case
from apps.core import clock
from apps.support.choices import MailFailure, MailOutcome, MailReason, MailSource


class MailRun(models.Model):
    """A file of mail that somebody handed in, or what lay in the mailbox at a time. The file, encrypted, is gone when
    all of it was taken in; the figures are counted then.
    """

    holds_personal_data = False

    source = models.CharField(_("came by"), max_length=8, choices=MailSource)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"), db_index=False
    )
    file = models.CharField(_("stored as"), max_length=80, blank=True, editable=False)
    begun_at = models.DateTimeField(_("begun"), default=clock.now)
    finished_at = models.DateTimeField(_("finished"), null=True)
    failure = models.CharField(_("problem"), max_length=12, choices=MailFailure, blank=True)
    requests = models.PositiveIntegerField(_("requests"), default=0)
    replies = models.PositiveIntegerField(_("replies"), default=0)
    automatic = models.PositiveIntegerField(_("automatic"), default=0)
    aside = models.PositiveIntegerField(_("set aside"), default=0)
    twice = models.PositiveIntegerField(_("known already"), default=0)

    class Meta:
        verbose_name = _("mail taken in")
        verbose_name_plural = _("mail taken in")
        permissions = [("take_mail", _("Can take in files of e-mail"))]
        indexes = [models.Index(fields=["-begun_at", "-id"], name="mail_run_by_time")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


ASIDE = Q(outcome=MailOutcome.ASIDE, settled_at__isnull=True)


class TakenMail(models.Model):
    """One letter, known by the digest of its Message-ID and sender: the same one twice is one.

    A letter that could not be taken in is kept whole, encrypted on disk, until somebody settles it; so is the digest of
    its sender, by which it is found when they are erased. Of any other letter nothing is kept here.
    """

    digest = models.BinaryField(_("digest"), max_length=16, unique=True, editable=False)
    run = models.ForeignKey(MailRun, models.PROTECT, related_name="mails", verbose_name=_("came with"))
    outcome = models.CharField(_("became"), max_length=10, choices=MailOutcome)
    reason = models.CharField(_("reason"), max_length=12, choices=MailReason, blank=True)
    taken_at = models.DateTimeField(_("taken in"), default=clock.now, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", verbose_name=_("case"))
    sender_digest = models.BinaryField(_("digest of the sender"), max_length=16, null=True, editable=False)
    file = models.CharField(_("stored as"), max_length=80, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("bytes"), default=0, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [
            models.Index(fields=["-taken_at", "-id"], name="mail_by_time"),
            models.Index(fields=["outcome", "-taken_at", "-id"], name="mail_by_outcome"),
            models.Index(fields=["sender_digest"], name="mail_by_sender", condition=Q(sender_digest__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_aside(self) -> bool:
        """Whether somebody has to look at it."""
        return self.outcome == MailOutcome.ASIDE and self.settled_at is None
