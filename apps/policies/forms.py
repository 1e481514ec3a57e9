"""What is filled in about deadlines and the working calendar."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.policies.choices import Counting
from apps.policies.models import DeadlineRule


class DeadlineRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A version of a rule; a term that a document sets has no length of its own."""

    class Meta:
        model = DeadlineRule
        fields = ("code", "length", "counting", "legal_ref", "status", "valid_from")
        widgets = {"legal_ref": UnfoldAdminTextInputWidget}

    def clean(self) -> dict[str, Any]:
        """Without a length where there is none."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("counting") == Counting.DOCUMENT:
            data["length"] = self.instance.length = None
        return data
