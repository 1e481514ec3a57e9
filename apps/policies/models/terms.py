"""Data categories and purposes as rows, so that records and consents can refer to them."""

import pgtrigger
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.policies.choices import LegalBasis


class Titled(models.Model):
    """A term of the policy with its code and its titles in three languages."""

    code = models.SlugField(_("code"), primary_key=True, max_length=40)
    title_en = models.CharField(_("title in English"), max_length=200)
    title_ru = models.CharField(_("title in Russian"), max_length=200)
    title_ky = models.CharField(_("title in Kyrgyz"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0, editable=False)
    retired = models.BooleanField(_("no longer used"), default=False, editable=False)

    class Meta:
        abstract = True
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language, Kyrgyz when there is none in it."""
        return str(getattr(self, f"title_{(get_language() or 'ky')[:2]}", self.title_ky))


class DataCategory(Titled):
    """A category of personal data (P02), or of anonymous data (P13), which Amanat must not hold."""

    holds_personal_data = False

    dpv = models.CharField(_("DPV term"), max_length=80, default="")
    anonymous = models.BooleanField(_("anonymous"), default=False)

    class Meta(Titled.Meta):
        verbose_name = _("data category")
        verbose_name_plural = _("data categories")
        # Records of people refer to it without a constraint of their own (see subjects.models.Identifier).
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]


class Purpose(Titled):
    """What personal data is used for (P09)."""

    holds_personal_data = False

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    dpv = models.CharField(_("DPV term"), max_length=80, default="")
    legal_basis = models.CharField(_("legal basis"), max_length=24, choices=LegalBasis)
    advertising = models.BooleanField(_("advertising"), default=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("topic of"))
    consent_asked = models.BooleanField(_("consent is asked for"), default=False)
    # Nothing stands for the policy's "indefinite" (P08), which the record of processing shows as a risk.
    consent_days = models.PositiveSmallIntegerField(_("days that a consent holds"), null=True)

    class Meta(Titled.Meta):
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")

    @property
    def consent_endless(self) -> bool:
        """Whether a consent is asked for that never ends by itself (P08)."""
        return self.consent_asked and self.consent_days is None

    @property
    def consent_void(self) -> bool:
        """Whether a consent is asked for where another basis applies: it is void (Digital Code, Art. 79(3)(3))."""
        return self.consent_asked and self.legal_basis != LegalBasis.CONSENT
