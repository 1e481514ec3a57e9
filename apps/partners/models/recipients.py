"""Recipients: the third parties that data goes to, and what each of them may receive (P14, P19)."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.partners.choices import ErasureRoute, RecipientKind, TransferGround
from apps.partners.countries import HOME, country_name
from apps.policies.models import DataCategory, Titled

AFTER_SHIPPED = 1000  # what staff adds stands below what the policy names


class RecipientQuerySet(models.QuerySet["Recipient"]):
    """Reads by whether data goes to them now."""

    def in_use(self) -> Self:
        """Those that were not retired."""
        return self.filter(retired=False)

    def receiving_for(self, purpose: str) -> Self:
        """Those that the record of processing says receive something for a purpose, by code."""
        uses = {"uses__retired": False, "uses__category__retired": False, "uses__purpose__retired": False}
        return self.in_use().filter(uses__purpose=purpose, **uses).distinct()

    def without_route(self) -> Self:
        """Those in use that no erasure reaches (P14: 0)."""
        return self.in_use().filter(route=ErasureRoute.NONE)


class Recipient(Titled):
    """A third party. Retired when nothing goes to it any more; never deleted, for what went to it stays known."""

    holds_personal_data = False

    # Not its key, as of other terms: the audit names what it tells of by number.
    code = models.SlugField(_("code"), unique=True, max_length=40, help_text=_("Chosen once."))
    kind = models.CharField(_("kind"), max_length=12, choices=RecipientKind)
    country = models.CharField(_("country"), max_length=2, blank=True)
    cross_border = models.BooleanField(_("data leaves the country"), default=False)
    categories = models.ManyToManyField(DataCategory, related_name="+", blank=True, verbose_name=_("may receive"))
    ground = models.CharField(_("transfer ground"), max_length=12, choices=TransferGround)
    route = models.CharField(_("erasure reaches it by"), max_length=8, choices=ErasureRoute, default=ErasureRoute.NONE)
    contact = models.CharField(_("contact"), max_length=300, blank=True)
    retired = models.BooleanField(_("no longer used"), default=False)
    changed_at = models.DateTimeField(_("changed"), default=clock.now, editable=False)

    objects = RecipientQuerySet.as_manager()

    class Meta(Titled.Meta):
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ["position", "code"]
        permissions = [("decide_recipient", "Can decide what a recipient may receive")]
        constraints = [
            models.CheckConstraint(
                condition=Q(country__in=("", HOME)) | Q(cross_border=True), name="recipient_abroad_is_cross_border"
            ),
            models.CheckConstraint(
                condition=Q(route=ErasureRoute.NONE) | ~Q(contact=""), name="recipient_route_leads_somewhere"
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    @property
    def has_route(self) -> bool:
        """Whether an erasure reaches it."""
        return self.route != ErasureRoute.NONE

    @property
    def country_title(self) -> str:
        """Its country in the reader's language; a dash where there are several, or nobody knows."""
        return country_name(self.country) or "—"
