"""Partners: the institutions of the loyalty programme, and the operator itself as an origin of data."""

import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core import clock

RESERVED_CODES = ("all",)


class Partner(models.Model):
    """An origin of data and a sender of messages: a partner institution, or the operator itself."""

    holds_personal_data = False

    OPERATOR = "operator"

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Small Latin letters, digits and hyphens."))],
        help_text=_("Names the partner in files and commands; can't be changed later."),
    )
    name = models.CharField(pgettext_lazy("of a partner", "name"), max_length=200)
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=settings.LANGUAGES,
        default="ru",
    )
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("since"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name"]
        # Records of people refer to it without a constraint of their own (see subjects.models.Identifier).
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name
