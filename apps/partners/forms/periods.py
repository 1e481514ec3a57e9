"""What is filled in about how long data is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from apps.partners.choices import CountedFrom, Unit
from apps.partners.models import Retention
from apps.policies.choices import LawStatus

UNSET, PERIOD, ENDLESS = "", "period", "endless"
MOST = 32_767
_PERIOD_FIELDS = ("amount", "unit", "counted_from")


class PeriodForm(forms.Form):
    """A retention period: `retention()` of a clean form."""

    kept = forms.ChoiceField(
        label=_("Kept"), widget=UnfoldAdminRadioSelectWidget(),
        choices=[(PERIOD, _("For a period")), (ENDLESS, _("Without an end: a risk"))],
    )  # fmt: skip
    amount = forms.IntegerField(
        label=_("How long"), required=False, min_value=0, max_value=MOST, widget=UnfoldAdminIntegerFieldWidget(),
        help_text=_("0: at once."),
    )  # fmt: skip
    unit = forms.ChoiceField(
        label=_("Unit"), required=False, choices=[("", "—"), *Unit.choices], widget=UnfoldAdminSelectWidget()
    )
    counted_from = forms.ChoiceField(
        label=pgettext_lazy("period", "Counted"), required=False, choices=[("", "—"), *CountedFrom.choices],
        widget=UnfoldAdminSelectWidget(),
    )  # fmt: skip
    period_status = forms.ChoiceField(
        label=_("The period stands on"), choices=LawStatus.choices, initial=LawStatus.ASSUMED, required=False,
        widget=UnfoldAdminSelectWidget(),
    )  # fmt: skip
    period_reference = forms.CharField(
        label=_("Reference of the period"), required=False, max_length=120, widget=UnfoldAdminTextInputWidget()
    )

    def clean(self) -> dict[str, Any]:
        """A period is whole or not there."""
        data: dict[str, Any] = super().clean() or {}
        for name in _PERIOD_FIELDS if data.get("kept") == PERIOD else ():
            if data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("A period needs this."))
        return data

    def retention(self) -> Retention | None:
        """The period that was filled in; None where none was."""
        data = self.cleaned_data
        if not data.get("kept"):
            return None
        ends = data["kept"] == PERIOD
        return Retention(
            endless=not ends,
            amount=data["amount"] if ends else None,
            unit=data["unit"] if ends else "",
            counted_from=data["counted_from"] if ends else "",
            status=data.get("period_status") or LawStatus.ASSUMED,
            reference=data.get("period_reference", ""),
        )


def shown(retention: Retention) -> dict[str, Any]:
    """A period as the form begins with it."""
    return {
        "kept": ENDLESS if retention.endless else PERIOD, "amount": retention.amount, "unit": retention.unit,
        "counted_from": retention.counted_from, "period_status": retention.status,
        "period_reference": retention.reference,
    }  # fmt: skip
