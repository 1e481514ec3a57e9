"""What is filled in about a use of data, and how long the data is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.partners.forms.periods import UNSET, PeriodForm, shown
from apps.partners.forms.seen import SeenForm
from apps.partners.models import Processing
from apps.partners.services.keep_processing import refuse_not_received


class ProcessingForm(PeriodForm, SeenForm):
    """A use of data; as long as no period was ever set, none has to be."""

    class Meta:
        model = Processing
        fields = ("category", "purpose", "recipient", "mandatory", "status", "reference", "note", "retired")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("category", "purpose", "recipient"):
            choice = self.fields.get(name)
            if isinstance(choice, forms.ModelChoiceField) and choice.queryset is not None:
                choice.queryset = choice.queryset.filter(retired=False)
        if self.instance.retention:
            self.initial.update(shown(self.instance.retention))
        elif isinstance(kept := self.fields.get("kept"), forms.ChoiceField):
            kept.required = False
            kept.choices = [(UNSET, _("Not set yet")), *PeriodForm.base_fields["kept"].choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The recipient may receive the category: of a new use what was chosen, else what it ties together."""
        data = super().clean()
        use = self.instance
        if not use.pk and data.get("category"):
            use = Processing(category=data["category"], recipient=data.get("recipient"))
        if use.category_id and not data.get("retired"):
            try:
                refuse_not_received(use)
            except forms.ValidationError as error:
                self.add_error(None, error.messages)
        return data
