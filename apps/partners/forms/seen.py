"""A form of something that two people may have open at once."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _


class SeenForm(forms.ModelForm):  # type: ignore[type-arg]
    """Says what was seen when it was opened (`changed_at`), and refuses to be stored over something newer.

    The row stays locked until the transaction ends, so the change follows what was looked at here.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = self.instance.changed_at.isoformat()

    def clean(self) -> dict[str, Any]:
        """Whoever comes second is told."""
        data: dict[str, Any] = super().clean() or {}
        if self.instance.pk and data.get("seen") != self._changed_at():
            raise forms.ValidationError(
                _("Somebody else has changed this in the meantime. Open the page again, and look at what is there now.")
            )
        return data

    def _changed_at(self) -> str:
        model: type[Model] = type(self.instance)
        row: Any = model._default_manager.select_for_update().get(pk=self.instance.pk)
        return str(row.changed_at.isoformat())
