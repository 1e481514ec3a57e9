"""A person's request: a case with who speaks, and how they can be reached."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.cases.models import Case
from apps.core import identifiers
from apps.core.choices import IdentifierKind
from apps.core.fields import EncryptedTextField
from apps.support.choices import Speaker


class SupportRequest(Case):
    """What somebody asks. `contact` is the number or address that they named, whether it is known or not.

    `secret_mac` is the keyed hash of what opens its status page, for one that came by the public form.
    """

    speaker = models.CharField(_("who speaks"), max_length=16, choices=Speaker, default=Speaker.SELF)
    speaker_name = EncryptedTextField(_("name of who speaks"), null=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="ky")
    contact_kind = models.CharField(_("kind of contact"), max_length=8, choices=IdentifierKind, blank=True)
    contact = EncryptedTextField(_("contact"), null=True)
    contact_digest = models.BinaryField(_("digest of the contact"), max_length=16, null=True)

    secret_mac = models.BinaryField(max_length=32, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        indexes = [
            models.Index(
                fields=["contact_digest"], name="request_by_contact",
                condition=models.Q(contact_digest__isnull=False),
            )
        ]  # fmt: skip

    @property
    def masked_contact(self) -> str:
        """The contact as staff may see it; empty where there is none."""
        return identifiers.mask(self.contact_kind, self.contact) if self.contact else ""
