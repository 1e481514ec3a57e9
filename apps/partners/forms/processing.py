"""What is filled in about a use of data, and how long the data is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from apps.partners.choices import CountedFrom, Unit
from apps.partners.forms.seen import SeenForm
from apps.partners.models import Processing, Retention
from apps.partners.services.keep_processing import refuse_not_received
from apps.policies.choices import LawStatus

UNSET, PERIOD, ENDLESS = "", "period", "endless"
MOST = 32_767
_PERIOD_FIELDS = ("amount", "unit", "counted_from")


class ProcessingForm(SeenForm):
    """A use of data. `retention` is the period that was filled in, None where it is as it was."""

    kept = forms.ChoiceField(
        label=_("Kept"), required=False, widget=UnfoldAdminRadioSelectWidget(),
        choices=[(UNSET, _("Not set yet")), (PERIOD, _("For a period")), (ENDLESS, _("Without an end: a risk"))],
    )  # fmt: skip
    amount = forms.IntegerField(
        label=_("How long"), required=False, min_value=0, max_value=MOST, widget=UnfoldAdminIntegerFieldWidget(),
        help_text=_("0: at once."),
    )  # fmt: skip
    unit = forms.ChoiceField(
        label=_("Unit"), required=False, choices=[("", "—"), *Unit.choices], widget=UnfoldAdminSelectWidget()
    )
    counted_from = forms.ChoiceField(
        label=_("Counted"), required=False, choices=[("", "—"), *CountedFrom.choices], widget=UnfoldAdminSelectWidget()
    )
    period_status = forms.ChoiceField(
        label=_("The period stands on"), choices=LawStatus.choices, initial=LawStatus.ASSUMED, required=False,
        widget=UnfoldAdminSelectWidget(),
    )  # fmt: skip
    period_reference = forms.CharField(
        label=_("Reference of the period"), required=False, max_length=120, widget=UnfoldAdminTextInputWidget()
    )

    class Meta:
        model = Processing
        fields = ("category", "purpose", "recipient", "mandatory", "status", "reference", "note", "retired")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.retention: Retention | None = None
        for name in ("category", "purpose", "recipient"):
            choice = self.fields.get(name)
            if isinstance(choice, forms.ModelChoiceField) and choice.queryset is not None:
                choice.queryset = choice.queryset.filter(retired=False)
        if self.instance.retention:
            self.initial.update(_shown(self.instance.retention))

    def clean(self) -> dict[str, Any]:
        """A period is whole or not there; the recipient may receive the category."""
        data = super().clean()
        if data.get("kept"):
            self.retention = self._period(data)
        elif self.instance.retention:
            self.add_error("kept", _("There is a period already: set another one."))
        self._clean_received(data)
        return data

    def _period(self, data: dict[str, Any]) -> Retention | None:
        ends = data["kept"] == PERIOD
        missing = [name for name in _PERIOD_FIELDS if ends and data.get(name) in (None, "")]
        for name in missing:
            if name not in self.errors:
                self.add_error(name, _("A period needs this."))
        if missing:
            return None
        return Retention(
            endless=not ends,
            amount=data["amount"] if ends else None,
            unit=data["unit"] if ends else "",
            counted_from=data["counted_from"] if ends else "",
            status=data.get("period_status") or LawStatus.ASSUMED,
            reference=data.get("period_reference", ""),
        )

    def _clean_received(self, data: dict[str, Any]) -> None:
        """Of a new use what was chosen, of one that is there what it ties together."""
        use = self.instance
        if not use.pk and data.get("category"):
            use = Processing(category=data["category"], recipient=data.get("recipient"))
        if use.category_id and not data.get("retired"):
            try:
                refuse_not_received(use)
            except forms.ValidationError as error:
                self.add_error(None, error.messages)


def _shown(retention: Retention) -> dict[str, Any]:
    return {
        "kept": ENDLESS if retention.endless else PERIOD, "amount": retention.amount, "unit": retention.unit,
        "counted_from": retention.counted_from, "period_status": retention.status,
        "period_reference": retention.reference,
    }  # fmt: skip
