"""What staff fill in to take an opt-out, or to look one up."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.core import identifiers
from apps.core.choices import Channel
from apps.optouts.choices import EVERY_SENDER, Medium
from apps.optouts.services.addresses import Address, address_of
from apps.optouts.services.pasted import MOST_ADDRESSES, MOST_LETTERS, Pasted, read_pasted
from apps.optouts.services.take_from_person import REACHED_BY
from apps.optouts.titles import purpose_title
from apps.optouts.uploads import MOST_MESSAGE
from apps.partners.models import Partner
from apps.policies.registry import ADVERTISING, PURPOSES
from apps.subjects.forms import NO_HISTORY, UNUSABLE

_CHANNELS = [(Channel.ALL.value, Channel.ALL.label), *(c for c in Channel.choices if c[0] != Channel.ALL)]


def read_address(typed: str) -> Address:
    """The address in what was typed. Raises ValidationError that says what is wrong with it."""
    try:
        return address_of(typed)
    except identifiers.Unusable as error:
        raise forms.ValidationError(UNUSABLE[error.code]) from None


def _purposes() -> list[tuple[str, str]]:
    return [(purpose.code, purpose_title(purpose.code)) for purpose in PURPOSES if purpose.advertising]


def _senders() -> list[tuple[str, Any]]:
    return [(EVERY_SENDER, _("Every sender")), *Partner.objects.order_by("name").values_list("code", "name")]


class ScopeForm(forms.Form):
    """What is refused; everything when nothing is chosen."""

    channel = forms.ChoiceField(
        label=_("Channel"), choices=_CHANNELS, initial=Channel.ALL, widget=UnfoldAdminSelectWidget
    )
    purpose = forms.ChoiceField(
        label=_("What for"), choices=_purposes, initial=ADVERTISING, widget=UnfoldAdminSelectWidget
    )
    sender = forms.ChoiceField(
        label=_("From whom"), choices=_senders, initial=EVERY_SENDER, widget=UnfoldAdminSelectWidget
    )
    medium = forms.ChoiceField(
        label=_("Came by"),
        choices=[(m.value, m.label) for m in (Medium.PHONE, Medium.LETTER)],
        initial=Medium.PHONE,
        widget=UnfoldAdminSelectWidget,
    )
    note = forms.CharField(
        label=_("In their words"),
        max_length=1000,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "autocomplete": "off"}),
        help_text=_("Optional. Kept encrypted."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Asked for once, however often the page looks at them.
        cast(forms.ChoiceField, self.fields["sender"]).choices = _senders()

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """The values of a form that nobody touched."""
        return {name: field.initial for name, field in cls.base_fields.items() if field.initial is not None}

    def words(self) -> dict[str, str]:
        """The chosen scope as the form shows it."""
        chosen = self.cleaned_data
        senders = {code: str(name) for code, name in _senders()}
        return {
            "channel": str(Channel(chosen["channel"]).label),
            "purpose": purpose_title(chosen["purpose"]),
            "sender": senders[chosen["sender"]],
        }

    def scope(self) -> dict[str, Any]:
        """The chosen scope, by the names that the services use."""
        return {name: self.cleaned_data[name] for name in ("channel", "purpose", "sender", "medium", "note")}


class TakeForm(ScopeForm):
    """Whose refusal, and of what."""

    typed = forms.CharField(
        label=_("Phone or e-mail"),
        max_length=255,
        widget=UnfoldAdminTextInputWidget(
            attrs={**NO_HISTORY, "data-first": True, "placeholder": _("0555 123 401, name@example.kg")}
        ),
    )
    field_order = ("typed", "channel", "purpose", "sender", "medium", "note")

    def details(self) -> list[forms.BoundField]:
        """What is seldom changed."""
        return [self[name] for name in ("purpose", "sender", "medium", "note")]

    def details_have_errors(self) -> bool:
        """Whether something that is seldom changed needs a look."""
        return any(field.errors for field in self.details())

    def clean_typed(self) -> Address:
        """The address; what was typed goes no further."""
        return read_address(self.cleaned_data["typed"])

    def clean(self) -> dict[str, Any]:
        """Refuse a channel that never reaches such an address: it would stop nothing."""
        data: dict[str, Any] = super().clean() or {}
        address, channel = data.get("typed"), data.get("channel")
        if address and channel and address.kind not in REACHED_BY[channel]:
            self.add_error("channel", _("This channel does not reach such an address. Choose another one."))
        return data


class FindForm(forms.Form):
    """Whose opt-outs to show."""

    typed = forms.CharField(max_length=255)

    def clean_typed(self) -> Address:
        """The address; what was typed goes no further."""
        return read_address(self.cleaned_data["typed"])


class ManyForm(ScopeForm):
    """Whose refusals, pasted, and of what. The clean `pasted` is a `Pasted`."""

    pasted = forms.CharField(
        label=_("Phones and e-mails"),
        max_length=MOST_LETTERS,
        widget=UnfoldAdminTextareaWidget(attrs={**NO_HISTORY, "rows": 10, "data-first": True}),
        help_text=_("One a line, or cells copied from a table. Names beside them are passed over."),
    )
    field_order = ("pasted", "channel", "purpose", "sender", "medium", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["medium"].initial = Medium.LETTER

    def clean(self) -> dict[str, Any]:
        """Read the list once it is known by which channel."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("pasted") and data.get("channel"):
            data["pasted"] = pasted = read_pasted(data["pasted"], channel=data["channel"])
            self._check(pasted)
        return data

    def _check(self, pasted: Pasted) -> None:
        if pasted.too_many:
            told = _("These are more than %(most)s addresses. Take them in parts, or bring them in as a file.")
            self.add_error("pasted", told % {"most": f"{MOST_ADDRESSES:n}"})
        elif not pasted.addresses:
            self.add_error("pasted", _("No usable phone or e-mail stands in it that this channel reaches."))


ADVERTISING_MESSAGE, SERVICE_MESSAGE = "advertising", "service"
ENOUGH_LETTERS = 400_000


class MessageForm(forms.Form):
    """A sample message: a file, or its source as text. `raw` is what there is of it."""

    kind = forms.ChoiceField(
        label=_("What kind of message is it?"),
        choices=[(ADVERTISING_MESSAGE, _("Advertising")), (SERVICE_MESSAGE, _("Service message"))],
        initial=ADVERTISING_MESSAGE,
        widget=UnfoldAdminRadioSelectWidget(),
    )
    file = forms.FileField(
        label=_("Message"), required=False, widget=forms.FileInput(attrs={"accept": ".eml,.txt,message/rfc822"})
    )
    text = forms.CharField(
        label=_("Or its source, pasted"),
        required=False,
        max_length=ENOUGH_LETTERS,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={**NO_HISTORY, "rows": 6}),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two, and no more than providers let through."""
        data: dict[str, Any] = super().clean() or {}
        file, text = data.get("file"), data.get("text", "")
        if file is not None and file.size > MOST_MESSAGE:
            self.add_error("file", _("The message is larger than 25 MB. Save it without its attachments."))
        elif file is None and not text.strip() and not self.errors:
            self.add_error("file", _("Choose a message, or paste its source."))
        return data

    def raw(self) -> bytes:
        """The message's bytes, its head at least."""
        file = self.cleaned_data["file"]
        raw: bytes = file.read() if file else self.cleaned_data["text"].encode()
        return raw

    def is_service(self) -> bool:
        """Whether it is no advertising."""
        return bool(self.cleaned_data["kind"] == SERVICE_MESSAGE)
