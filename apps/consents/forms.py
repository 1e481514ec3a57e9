"""What staff fill in about a consent."""

from datetime import datetime
from typing import Any, Self

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.consents.choices import ASKING_MEDIA, CHANNEL_CHOICES, STAFF_MEDIA, Medium, State
from apps.core import clock
from apps.policies.models import PolicyEdition

_MEDIA = [(medium.value, medium.label) for medium in STAFF_MEDIA]
_ASKING = [(medium.value, medium.label) for medium in ASKING_MEDIA]
_SAID = [(state.value, state.label) for state in (State.WITHDRAWN, State.REFUSED, State.GIVEN)]
# As browsers send a `datetime-local`, with and without seconds.
_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class MomentField(forms.DateTimeField):
    """A date and time of the operator's, typed or chosen in the browser's own control."""

    def __init__(self, **kwargs: Any) -> None:
        widget = UnfoldAdminTextInputWidget(attrs={"type": "datetime-local", "autocomplete": "off"})
        super().__init__(input_formats=_MOMENTS, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """As the control shows it."""
        return f"{localtime(value):%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else value


class PastField(MomentField):
    """One that is over."""

    def clean(self, value: Any) -> datetime | None:
        """Raises ValidationError for a moment to come."""
        moment: datetime | None = super().clean(value)
        if moment and moment > clock.now():
            raise forms.ValidationError(_("This moment lies in the future."))
        return moment


class MomentForm(forms.Form):
    """As of when to show consents."""

    at = PastField(label=_("As of"), required=False)

    @classmethod
    def asked(cls, request: HttpRequest) -> Self:
        """By the page's address; empty for now."""
        return cls(request.GET if "at" in request.GET else {}, auto_id="consents-%s")

    @property
    def moment(self) -> datetime | None:
        """What was asked for; None for now, and for what is no moment of the past."""
        found: datetime | None = self.cleaned_data.get("at") if self.is_valid() else None
        return found


class SaidForm(forms.Form):
    """Through what the person said it."""

    medium = forms.ChoiceField(label=_("Came by"), choices=_MEDIA, widget=UnfoldAdminSelectWidget)


class RecordForm(SaidForm):
    """What the person said of one purpose. Whatever is left alone is so in most calls."""

    state = forms.ChoiceField(label=_("They said"), choices=_SAID, widget=UnfoldAdminRadioSelectWidget)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=CHANNEL_CHOICES, required=False, widget=UnfoldAdminSelectWidget
    )
    note = forms.CharField(
        label=_("In their words"), max_length=1000, required=False, help_text=_("Optional. Kept encrypted."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "autocomplete": "off"}),
    )  # fmt: skip
    occurred_at = PastField(label=_("Said at"), required=False, help_text=_("Empty means now."))
    expires_at = MomentField(label=_("Valid until"), required=False, help_text=_("Only of a permission for a time."))
    edition = forms.ModelChoiceField(
        label=_("Edition seen"), queryset=PolicyEdition.objects.none(), required=False, widget=UnfoldAdminSelectWidget
    )
    language = forms.ChoiceField(
        label=_("Language seen"), choices=[("", "—"), *settings.LANGUAGES], required=False,
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    field_order = ("state", "channel", "medium", "note", "occurred_at", "expires_at", "edition", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editions = PolicyEdition.objects.published().select_related("document")
        self.fields["edition"].queryset = editions  # type: ignore[attr-defined]
        self.fields["edition"].label_from_instance = edition_title  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A term belongs to a permission, and begins with it."""
        data: dict[str, Any] = super().clean() or {}
        ends, begins = data.get("expires_at"), data.get("occurred_at") or clock.now()
        if ends and (data.get("state") != State.GIVEN or ends <= begins):
            self.add_error("expires_at", _("Only a permission has an end, and it lies behind its beginning."))
        return data


def edition_title(edition: PolicyEdition) -> str:
    """The document and the number of an edition, with its date."""
    since = f"{localtime(edition.effective_at):%d.%m.%Y}" if edition.effective_at else ""
    return " · ".join(part for part in (edition.document.title, f"№ {edition.number}", since) if part)


class AskForm(forms.Form):
    """How everybody on a list of people to be asked again is asked, and when."""

    edition = forms.IntegerField(widget=forms.HiddenInput)
    purpose = forms.SlugField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=CHANNEL_CHOICES, required=False, widget=UnfoldAdminSelectWidget,
        help_text=_("Whose consent for it is asked for again."),
    )  # fmt: skip
    medium = forms.ChoiceField(label=_("Asked by"), choices=_ASKING, widget=UnfoldAdminSelectWidget)
    asked_at = PastField(label=_("Asked at"), required=False, help_text=_("Empty means now."))


class CorrectForm(forms.Form):
    """Why an event was recorded wrongly."""

    reason = forms.CharField(
        label=_("Why was it wrong?"), max_length=1000, help_text=_("Kept encrypted beside the correction."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "autocomplete": "off"}),
    )  # fmt: skip
    medium = forms.ChoiceField(
        label=_("Became known by"), choices=_MEDIA, initial=Medium.PHONE, widget=UnfoldAdminSelectWidget
    )


class ProofForm(forms.Form):
    """Of what a proof is made: of one channel or all, as of a moment."""

    channel = forms.ChoiceField(
        label=_("Channel"), choices=CHANNEL_CHOICES, required=False, widget=UnfoldAdminSelectWidget
    )
    at = PastField(label=_("As of"), required=False, help_text=_("Empty means now."))


MOST_RECORD = 256 * 1024


class VerifyForm(forms.Form):
    """A consent record, as a file or as text."""

    file = forms.FileField(label=_("The record as a file"), required=False)
    text = forms.CharField(
        label=_("Or its text"), required=False, max_length=MOST_RECORD,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One of the two, of a size that a record has."""
        data: dict[str, Any] = super().clean() or {}
        file, text = data.get("file"), data.get("text", "").strip()
        if file and file.size > MOST_RECORD:
            self.add_error("file", _("This is too large for a consent record."))
        elif not file and not text and not self.errors:
            self.add_error("text", _("Choose a file or paste a record."))
        return data

    def raw(self) -> str:
        """What was given. Bytes that are no UTF-8 are shown as such."""
        file = self.cleaned_data.get("file")
        return str(file.read().decode("utf-8-sig", "replace") if file else self.cleaned_data["text"])
