"""Who reads our suppressions from outside, and what it takes to name an address to them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core import clock
from apps.core.choices import Channel, IdentifierKind
from apps.core.fields import EncryptedTextField
from apps.optouts.choices import ApiScope, ChangeEvent
from apps.optouts.models.suppressions import Scope


class SuppressionChange(Scope):
    """One suppression that came into force or was lifted, in the order in which readers of the feed are told.

    Written by the triggers of `Suppression`; a line with the same `suppression` may come again when its address became
    known only later. `since` is when what `event` says began.
    """

    suppression = models.BigIntegerField()
    since = models.DateTimeField()
    event = models.CharField(max_length=10, choices=ChangeEvent)

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"


class SuppressedAddress(models.Model):
    """The value of a suppressed address, where it was ever seen: lists that name it by other digests need it.

    None while only its digest came in, and again once the person was erased.
    """

    kind = models.CharField(max_length=8, choices=IdentifierKind)
    digest = models.BinaryField(max_length=16)
    value = EncryptedTextField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest"], name="suppressed_address_once")]
        indexes = [
            models.Index(fields=["digest"], name="suppressed_address_unseen", condition=Q(value__isnull=True)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class SaltOwner(models.Model):
    """Who reads lists of addresses by digest: a mailing system (`system:<name>`), a partner (`partner:<code>`).

    Each has a salt of their own, so that no two can compare what they have.
    """

    holds_personal_data = False

    code = models.CharField(_("system"), max_length=60, unique=True)
    salt = EncryptedTextField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("reader of digests")
        verbose_name_plural = _("readers of digests")

    def __str__(self) -> str:
        return self.code.partition(":")[2]


class SaltedDigest(models.Model):
    """An erased address as one owner of a salt goes on knowing it."""

    owner = models.ForeignKey(SaltOwner, models.PROTECT, related_name="+", db_index=False)
    digest = models.BinaryField(max_length=16)
    salted = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "owner"], name="salted_digest_once")]

    def __str__(self) -> str:
        return f"{self.owner_id}:{self.pk}"


class ApiToken(models.Model):
    """What a system shows to be let in. Of its secret only a keyed digest is kept (`services.tokens`)."""

    holds_personal_data = False

    owner = models.ForeignKey(SaltOwner, models.PROTECT, related_name="tokens", verbose_name=_("system"))
    scope = models.CharField(pgettext_lazy("is let", "may"), max_length=12, choices=ApiScope)
    # What of the suppressions it reads, or what its replies refuse; empty for no limit.
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, blank=True)
    sender = models.CharField(_("from whom"), max_length=40, blank=True)
    # {number that people reply to: code of the partner whose messages come from it}, where that is not `sender`.
    numbers = models.JSONField(default=dict)
    prefix = models.CharField(_("begins with"), max_length=20, unique=True)
    secret_mac = models.BinaryField(max_length=32)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=clock.now)
    expires_on = models.DateField(_("last day"), null=True)
    last_used_on = models.DateField(_("last used"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("revoked by")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        permissions = [("manage_apitoken", _("Can make and revoke API tokens"))]

    def __str__(self) -> str:
        return self.prefix

    @property
    def condition(self) -> str:
        """`works`, `over` (its last day is) or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        return "over" if self.expires_on is not None and self.expires_on < clock.today() else "works"

    @property
    def condition_title(self) -> str | Promise:
        """In the reader's language."""
        return {"works": _("works"), "over": _("over"), "revoked": _("revoked")}[self.condition]
