"""Finding out that who asks is who they say they are, before anything about the person is disclosed or destroyed."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.cases.choices import Delivery, Method, PaperKind, VerificationState
from apps.cases.models.cases import Case
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.core.codes import LIFETIME, MOST_TRIES, PostedCode


class VerificationQuerySet(models.QuerySet["Verification"]):
    def codes(self) -> Self:
        """Those by a code."""
        return self.filter(method__in=(Method.PHONE, Method.EMAIL))

    def asked_within(self, span: timedelta, at: datetime | None = None) -> Self:
        """Those of the time just gone."""
        return self.filter(asked_at__gt=(at or clock.now()) - span)

    def waiting(self, at: datetime | None = None) -> Self:
        """Codes that can still be said."""
        since = (at or clock.now()) - LIFETIME
        return self.filter(state=VerificationState.OPEN, code_sent_at__gt=since, code_tries__lt=MOST_TRIES)

    def done(self) -> Self:
        """Those that succeeded."""
        return self.filter(state=VerificationState.DONE)


class Verification(PostedCode):
    """One attempt to find out who asks. Who saw papers, or heard a token or code, is `done_by`; nobody where the person
    gave it themselves.

    Each has one code at most. It lies encrypted until it is sent, and then nowhere. Its time runs from when it was
    asked for, whether it is sent or not: nobody learns from it. Where it went is known by digest alone.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="verifications", verbose_name=_("case"))
    method = models.CharField(_("how"), max_length=8, choices=Method)
    state = models.CharField(_("state"), max_length=8, choices=VerificationState, default=VerificationState.OPEN)
    delivery = models.CharField(_("delivery"), max_length=8, choices=Delivery, default=Delivery.DONE)
    address_digest = models.BinaryField(_("digest of the address"), max_length=16, null=True)
    language = models.CharField(_("language"), max_length=2, blank=True)
    papers = models.CharField(_("papers"), max_length=12, choices=PaperKind, blank=True)
    asked_at = models.DateTimeField(_("begun"), default=clock.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    done_at = models.DateTimeField(_("verified"), null=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("begun by"),
        db_index=False,
    )  # fmt: skip
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("verified by"),
        db_index=False,
    )  # fmt: skip

    objects = VerificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        permissions = [("verify_case", _("Can verify who asks: send and hear codes, tokens, look at papers"))]
        indexes = [
            models.Index(
                fields=["address_digest", "asked_at"], name="verification_by_address",
                condition=models.Q(address_digest__isnull=False),
            )
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(condition=models.Q(code_tries__lte=MOST_TRIES), name="verification_no_more_tries"),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(done_at__isnull=False), name="verification_done_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.pk}"

    @property
    def expires_at(self) -> datetime:
        """The moment from which its code counts no more."""
        return (self.code_sent_at or self.asked_at) + LIFETIME

    @property
    def address_kind(self) -> IdentifierKind:
        """Of the address to which its code goes."""
        return IdentifierKind.PHONE if self.method == Method.PHONE else IdentifierKind.EMAIL
