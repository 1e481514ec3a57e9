"""What is filled in to export a list."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from apps.exports.choices import ExportReason, FileFormat

MASKED, WHOLE = "masked", "whole"
# A number that could be somebody's phone or card, or an address: the note is kept for as long as the record.
_NAMES_SOMEBODY = re.compile(r"@|(?:\d[\s().-]*){7}")


class ExportForm(forms.Form):
    """As what, and whether masked. Whole values need a reason, and are offered to whoever may see them at all."""

    file_format = forms.ChoiceField(
        label=_("Format"), choices=FileFormat.choices, initial=FileFormat.CSV, widget=UnfoldAdminRadioSelectWidget()
    )
    values = forms.ChoiceField(
        label=_("Personal values"),
        choices=[(MASKED, _("Masked, as on the screen")), (WHOLE, _("Whole, for a reason"))],
        initial=MASKED,
        widget=UnfoldAdminRadioSelectWidget(),
    )
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", "—"), *ExportReason.choices], required=False, widget=UnfoldAdminSelectWidget()
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("Kept encrypted. For what it is needed, without names and numbers of people."),
    )

    def __init__(self, *args: Any, may_reveal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_reveal:
            for name in ("values", "reason", "note"):
                del self.fields[name]

    @property
    def whole(self) -> bool:
        """Whether whole values were asked for."""
        return bool(self.cleaned_data.get("values") == WHOLE)

    def clean_note(self) -> str:
        """Nobody is named in it."""
        note: str = self.cleaned_data["note"]
        if _NAMES_SOMEBODY.search(note):
            raise forms.ValidationError(_("The note holds a number or an address. Name nobody in it."))
        return note

    def clean(self) -> dict[str, Any]:
        """Whole values have a reason; masked ones need none, and what was said of them is left out."""
        data: dict[str, Any] = super().clean() or {}
        if self.whole and "reason" in data and not data["reason"]:
            self.add_error("reason", _("Say why the whole values are needed."))
        if not self.whole:
            data["reason"] = data["note"] = ""
        return data
