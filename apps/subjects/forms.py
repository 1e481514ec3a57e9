"""What staff fill in about people."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.core import identifiers
from apps.core.choices import IdentifierKind
from apps.subjects.choices import MergeReason, ReleaseReason, RestrictionReason, RevealReason
from apps.subjects.services.register import NewIdentifier

NO_HISTORY = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
# What a person can tell on the phone; cards come with their partner's files.
SPOKEN_KINDS = (IdentifierKind.PHONE, IdentifierKind.EMAIL, IdentifierKind.TOKEN)

UNUSABLE = {
    "empty": _("Nothing is left of this value. Type it again."),
    "destroyed": _("A spreadsheet has destroyed this number: its last digits are gone. Ask for the number again."),
    "malformed": _("This is no complete value. Check it and type all of it."),
}


class IdentifierField(forms.CharField):
    """A phone, e-mail, token or card in any form; its clean value is the normalised one."""

    def __init__(self, kind: IdentifierKind, **kwargs: Any) -> None:
        self.kind = kind
        widget = UnfoldAdminEmailInputWidget if kind == IdentifierKind.EMAIL else UnfoldAdminTextInputWidget
        super().__init__(max_length=255, widget=widget(attrs=NO_HISTORY), **kwargs)

    def clean(self, value: Any) -> str:
        """Raises ValidationError that says what is wrong with the value."""
        text: str = super().clean(value)
        try:
            return identifiers.normalise(self.kind, text) if text else ""
        except identifiers.Unusable as error:
            raise forms.ValidationError(UNUSABLE[error.code]) from None


class FindForm(forms.Form):
    """Whom to find: a full phone, e-mail, token, card or reference."""

    typed = forms.CharField(
        label=_("Phone, e-mail, token, card or reference"),
        max_length=255,
        widget=UnfoldAdminTextInputWidget(
            attrs={**NO_HISTORY, "autofocus": True, "placeholder": _("0555 123 401, name@example.kg, P-12 …")}
        ),
    )

    def clean_typed(self) -> str:
        """Refuse what a spreadsheet destroyed: searching for it could only mislead."""
        typed: str = self.cleaned_data["typed"]
        try:
            identifiers.normalise_phone(typed)
        except identifiers.Unusable as error:
            if error.code == "destroyed":
                raise forms.ValidationError(UNUSABLE["destroyed"]) from None
        return typed


class RegisterForm(forms.Form):
    """A new person, as they introduce themselves."""

    phone = IdentifierField(IdentifierKind.PHONE, label=_("Phone"), required=False)
    email = IdentifierField(IdentifierKind.EMAIL, label=_("E-mail"), required=False)
    token = IdentifierField(IdentifierKind.TOKEN, label=_("Operator's token"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", "—"), *settings.LANGUAGES], required=False, widget=UnfoldAdminSelectWidget
    )

    def given(self) -> list[NewIdentifier]:
        """The identifiers that were filled in."""
        return [NewIdentifier(kind, value) for kind in SPOKEN_KINDS if (value := self.cleaned_data.get(kind))]


class AddIdentifierForm(forms.Form):
    """One more phone, address or token of a person."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind.value, kind.label) for kind in SPOKEN_KINDS],
        widget=UnfoldAdminSelectWidget,
    )
    value = forms.CharField(label=_("Value"), max_length=255, widget=UnfoldAdminTextInputWidget(attrs=NO_HISTORY))

    def clean(self) -> dict[str, Any]:
        """Check the value by its kind."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") and data.get("value"):
            try:
                data["value"] = identifiers.normalise(data["kind"], data["value"])
            except identifiers.Unusable as error:
                self.add_error("value", UNUSABLE[error.code])
        return data


def _reason(choices: list[tuple[Any, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *choices], widget=UnfoldAdminSelectWidget)


class RevealForm(forms.Form):
    """Why the values have to be seen."""

    reason = _reason(RevealReason.choices)
    note = forms.CharField(
        label=_("Note"), max_length=1000, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )


class RestrictForm(forms.Form):
    """Why the data is blocked."""

    reason = _reason(RestrictionReason.choices)


class ReleaseForm(forms.Form):
    """Why the data is unblocked."""

    reason = _reason(ReleaseReason.choices)


class MergeForm(forms.Form):
    """Why two are one."""

    reason = _reason(MergeReason.choices)
