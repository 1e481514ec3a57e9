"""The words that people agreed to, each kept once (P08)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Wording(models.Model):
    """A text as people saw it. Found by its digest, so that a million consents to one text keep it once."""

    holds_personal_data = False

    digest = models.BinaryField(_("digest"), max_length=32, unique=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, blank=True)
    text = models.TextField(_("wording"))

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        # Events refer to it without a constraint of their own.
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"wording {self.pk}"
