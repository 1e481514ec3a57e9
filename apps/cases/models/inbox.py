"""Filters of the inbox that somebody keeps for themselves."""

from typing import Self

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# What of the inbox's address is kept: codes and keys, so that no filter can hold a personal value.
KEPT = ("box", "about", "status", "priority", "assignee", "closed", "late", "outcome", "why")


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def of(self, user_id: int) -> Self:
        """One member of staff's, in their order."""
        return self.filter(user_id=user_id).order_by("position", "pk")


class SavedFilter(models.Model):
    """A way of looking at the inbox, under a name of one's own."""

    holds_personal_data = False

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("whose"))
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=40)
    query = models.CharField(max_length=400, editable=False)
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_filter_name_once")]

    def __str__(self) -> str:
        return f"filter {self.pk}"


def kept_query(asked: QueryDict) -> str:
    """What of an address of the inbox a filter keeps, always in the same order; empty where nothing is narrowed."""
    kept = QueryDict(mutable=True)
    for name in KEPT:
        value = asked.get(name, "")
        if value and len(value) <= 60:
            kept[name] = value
    return kept.urlencode()
