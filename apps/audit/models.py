"""The record of everything that was done, which nobody can change."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.registry import registry
from apps.core import clock


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, target: models.Model) -> Self:
        """Entries whose target is this object, newest first."""
        return self.filter(target_type=target._meta.label_lower, target_id=target.pk).order_by("-at", "-pk")


class Entry(models.Model):
    """One thing done: who, what, to which object, when. Facts are codes, dates, counts and field names, no values."""

    holds_personal_data = False

    at = models.DateTimeField(_("time"), default=clock.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, verbose_name=_("who"), related_name="+"
    )
    action = models.CharField(_("action"), max_length=60, editable=False)
    target_type = models.CharField(_("kind of object"), max_length=60, editable=False)
    target_id = models.BigIntegerField(_("object"), null=True, editable=False)
    facts = models.JSONField(_("facts"), default=dict, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["target_type", "target_id", "-at"], name="entry_by_target"),
            models.Index(fields=["-at"], name="entry_by_time"),
            models.Index(fields=["action", "-at"], name="entry_by_action"),
            models.Index(fields=["actor", "-at"], name="entry_by_actor"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.title} · {self.pk}"

    @property
    def title(self) -> str | Promise:
        """What was done, in the reader's language."""
        return registry.title(self.action)

    def facts_list(self) -> list[tuple[str, str]]:
        """Facts as pairs of title and value, in the reader's language."""
        return registry.shown_facts(self.action, self.facts)


class Seal(models.Model):
    """Up to 5,000 entries, bound to the seal before it. Covers ids above that seal's `last_id`, up to its own.

    `marks` has the id and keyed mark of each entry (`apps.audit.chain`), so that what is missing can be named.
    """

    holds_personal_data = False

    number = models.PositiveBigIntegerField(_("number"), primary_key=True, editable=False)
    at = models.DateTimeField(_("time"), default=clock.now, editable=False)
    count = models.PositiveIntegerField(_("entries"), editable=False)
    last_id = models.BigIntegerField(_("last entry"), editable=False)
    previous = models.BinaryField(_("hash of the seal before"), max_length=32)
    marks = models.BinaryField()
    hash = models.BinaryField(_("hash"), max_length=32)

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"seal {self.number}"
