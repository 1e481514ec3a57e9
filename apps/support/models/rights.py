"""What was done for a request: values corrected, data blocked, recipients told."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.cases.choices import CameBy
from apps.core import clock
from apps.core.fields import EncryptedJSONField
from apps.partners.models import Partner, Recipient
from apps.subjects.choices import field_title
from apps.support.models.requests import SupportRequest


class Rectification(models.Model):
    """Values of a person that were corrected at once. `changes` are dictionaries with `field`, `origin` (a partner's
    code), `before` and `after`, encrypted; None once the case has lost what was written in it. `fields` are their names
    alone.
    """

    request = models.ForeignKey(
        SupportRequest, models.CASCADE, related_name="rectifications", verbose_name=_("request")
    )
    fields = models.JSONField(_("corrected"), default=list, editable=False)
    changes = EncryptedJSONField(_("before and after"), null=True)
    made_at = models.DateTimeField(_("time"), default=clock.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"), db_index=False
    )

    class Meta:
        verbose_name = _("rectification")
        verbose_name_plural = _("rectifications")

    def __str__(self) -> str:
        return f"rectification {self.pk}"

    @property
    def shown(self) -> list[dict[str, str]]:
        """Its changes with the titles of what was changed and of whose word it was; without values once it was
        emptied.
        """
        changes = self.changes if self.changes is not None else [{"field": name} for name in self.fields]
        codes = {change["origin"] for change in changes if change.get("origin")}
        names = dict(Partner.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}
        return [
            {**change, "title": field_title(change["field"]), "origin": names.get(change.get("origin", ""), "")}
            for change in changes
        ]


class TellingQuerySet(models.QuerySet["Telling"]):
    """Who has to be told, and who was."""

    def open(self) -> Self:
        """Those whom nobody has told yet."""
        return self.filter(told_at__isnull=True)


class Telling(models.Model):
    """A recipient, or a partner, who had a value that was corrected, and has to be told."""

    holds_personal_data = False

    rectification = models.ForeignKey(
        Rectification, models.CASCADE, related_name="tellings", verbose_name=_("rectification")
    )
    recipient = models.ForeignKey(
        Recipient, models.PROTECT, null=True, related_name="+", verbose_name=_("recipient"), db_index=False
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, related_name="+", verbose_name=_("partner"), db_index=False
    )
    told_at = models.DateTimeField(_("told"), null=True, editable=False)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"), db_index=False
    )
    way = models.CharField(_("way"), max_length=8, choices=CameBy, blank=True)

    objects = TellingQuerySet.as_manager()

    class Meta:
        verbose_name = _("word to a recipient")
        verbose_name_plural = _("words to recipients")
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, partner__isnull=True)
                | Q(recipient__isnull=True, partner__isnull=False),
                name="telling_of_one",
            ),
            models.UniqueConstraint(
                fields=["rectification", "recipient", "partner"], name="telling_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"telling {self.pk}"

    @property
    def whom(self) -> Any:
        """The recipient's title, or the partner's name."""
        return self.recipient.title if self.recipient else self.partner


class BlockingQuerySet(models.QuerySet["Blocking"]):
    """Which requests keep somebody's data blocked."""

    def standing(self, subject_id: int) -> Self:
        """Those that were not lifted, of one person."""
        return self.filter(request__subject_id=subject_id, lifted_at__isnull=True).order_by("pk")


class Blocking(models.Model):
    """That a person's data is blocked because of a request. `otherwise`: it was blocked before, for another reason
    than a request, and stays so when this one is lifted. `verified`: the person was, when it was done.
    """

    holds_personal_data = False

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="blockings", verbose_name=_("request"))
    blocked_at = models.DateTimeField(_("blocked"), default=clock.now, editable=False)
    otherwise = models.BooleanField(default=False, editable=False)
    verified = models.BooleanField(_("person verified"), editable=False)
    lifted_at = models.DateTimeField(_("unblocked"), null=True, editable=False)

    objects = BlockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocking by a request")
        verbose_name_plural = _("blockings by requests")
        constraints = [
            models.UniqueConstraint(
                fields=["request"], name="blocking_one_stands", condition=Q(lifted_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"blocking {self.pk}"
