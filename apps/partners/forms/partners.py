"""What is filled in about a partner."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.partners.models import RESERVED_CODES, Partner


class PartnerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A partner; says beside the field what the service would refuse."""

    class Meta:
        model = Partner
        fields = ("code", "name", "language", "active")

    def clean_code(self) -> str:
        """Codes that stand for something else in files and links."""
        code: str = self.cleaned_data["code"]
        if code in RESERVED_CODES:
            raise forms.ValidationError(_("This code is taken by the desk itself. Choose another."))
        return code

    def clean(self) -> dict[str, Any]:
        """The operator is always there."""
        data: dict[str, Any] = super().clean() or {}
        if self.instance.code == Partner.OPERATOR and data.get("active") is False:
            self.add_error("active", _("The operator itself can't be switched off."))
        return data
