"""What staff fill in about campaigns."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from apps.campaigns.choices import CHANNELS, NOT_HASHED, ON_CONSENT
from apps.campaigns.engine.refusals import list_message
from apps.campaigns.services.judging import Scope
from apps.campaigns.services.receiving import Message
from apps.core import clock, identifiers
from apps.imports.forms import ACCEPTED
from apps.optouts.choices import EVERY_SENDER
from apps.optouts.forms import read_address
from apps.optouts.models import SaltOwner
from apps.optouts.services.addresses import Address
from apps.optouts.titles import purpose_title
from apps.partners.models import Partner
from apps.policies.registry import ADVERTISING, PURPOSES
from apps.subjects.forms import NO_HISTORY


def _purposes() -> list[tuple[str, str]]:
    return [(purpose.code, purpose_title(purpose.code)) for purpose in PURPOSES]


def _on_consent() -> list[tuple[str, Any]]:
    return [("", _("No: not having refused is enough")), *((code, purpose_title(code)) for code in ON_CONSENT)]


def _senders() -> list[tuple[str, Any]]:
    partners = Partner.objects.filter(active=True).order_by("name").values_list("code", "name")
    first = [(code, name) for code, name in partners if code == Partner.OPERATOR]
    others = [(code, name) for code, name in partners if code != Partner.OPERATOR]
    return [*first, *others, (EVERY_SENDER, _("Several, or not known yet"))]


def _salts() -> list[tuple[str, Any]]:
    owners = {str(owner): owner.pk for owner in SaltOwner.objects.filter(code__startswith="partner:")}
    partners = Partner.objects.filter(code__in=owners).order_by("name").values_list("code", "name")
    return [("", _("No: addresses as they are")), *((str(owners[code]), name) for code, name in partners)]


class ScopeForm(forms.Form):
    """What a message is."""

    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[(c.value, c.label) for c in CHANNELS],
        initial="sms",
        widget=UnfoldAdminSelectWidget,
    )
    purpose = forms.ChoiceField(
        label=_("What for"), choices=_purposes, initial=ADVERTISING, widget=UnfoldAdminSelectWidget
    )


class UploadForm(ScopeForm):
    """A campaign's list. The clean `file` is a `StoredFile`; a file refused for its size is an error of the field."""

    title = forms.CharField(
        label=_("Title"), max_length=60,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "placeholder": _("Autumn offers")}),
        help_text=_("What the campaign is called here, and in the report of opt-outs."),
    )  # fmt: skip
    sender = forms.ChoiceField(
        label=_("From whom"), choices=_senders, initial=Partner.OPERATOR, widget=UnfoldAdminSelectWidget
    )
    with_links = forms.BooleanField(
        label=_("Add unsubscribe links"), required=False, widget=UnfoldBooleanSwitchWidget,
        help_text=_("Kept rows get three columns more: the link, and the headers that carry it."),
    )  # fmt: skip
    require_consent = forms.ChoiceField(
        label=_("Only with a consent for"), choices=_on_consent, required=False, widget=UnfoldAdminSelectWidget,
        help_text=_("Keeps nobody whose consent is not in force for this channel, even if they refused nothing."),
    )  # fmt: skip
    column = forms.CharField(
        label=_("Column with the addresses"), max_length=200, required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("Only where it can't be found by itself: its title, or its number."),
    )  # fmt: skip
    salt = forms.TypedChoiceField(
        label=_("Hashed list of"), choices=_salts, required=False, coerce=int, empty_value=None,
        widget=UnfoldAdminSelectWidget, help_text=_("The list holds SHA-256 digests in the salt of this partner."),
    )  # fmt: skip
    file = forms.FileField(label=_("List"), allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ACCEPTED}))
    field_order = ("title", "channel", "purpose", "sender", "with_links", "require_consent", "column", "salt", "file")

    def details(self) -> list[forms.BoundField]:
        """What is seldom changed."""
        return [self[name] for name in ("with_links", "require_consent", "column", "salt")]

    def details_have_errors(self) -> bool:
        """Whether something that is seldom changed needs a look."""
        return any(field.errors for field in self.details())

    def clean_file(self) -> Any:
        """What the upload handler stored."""
        upload = self.cleaned_data["file"]
        if upload.refusal is not None:
            raise forms.ValidationError(list_message(upload.refusal.to_json()))
        return upload.stored

    def clean(self) -> dict[str, Any]:
        """A digest has no link."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("salt") and data.get("with_links"):
            self.add_error("with_links", _("Links need addresses: a hashed list has none."))
        if data.get("salt") and data.get("require_consent"):
            self.add_error("require_consent", NOT_HASHED)
        return data

    def message(self) -> Message:
        """The chosen message."""
        data = self.cleaned_data
        salt = SaltOwner.objects.get(pk=data["salt"]) if data["salt"] else None
        names = ("title", "channel", "purpose", "sender", "with_links", "column", "require_consent")
        return Message(**{name: data[name] for name in names}, salt=salt)


class SendForm(forms.Form):
    """When a campaign was sent."""

    sent_at = forms.DateTimeField(
        label=_("Sent"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "ca-moment"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def clean_sent_at(self) -> datetime:
        """The browser knows minutes only: of the one that runs, the end of what is over."""
        sent_at: datetime = self.cleaned_data["sent_at"]
        now = clock.now()
        return now if sent_at.replace(second=0, microsecond=0) == now.replace(second=0, microsecond=0) else sent_at


class WhyForm(forms.Form):
    """Who asks why they got a message."""

    typed = forms.CharField(
        label=_("Phone or e-mail"), max_length=255,
        widget=UnfoldAdminTextInputWidget(
            attrs={**NO_HISTORY, "data-first": True, "placeholder": _("0555 123 401, name@example.kg")}
        ),
    )  # fmt: skip

    def clean_typed(self) -> tuple[Address, str]:
        """The address, and its plain form for as long as the request lasts."""
        typed: str = self.cleaned_data["typed"]
        address = read_address(typed)
        return address, identifiers.normalise(address.kind, typed)


class HashesForm(ScopeForm):
    """For which message a partner gets the digests of those who may not be written to."""

    def scope(self, sender: str) -> Scope:
        """The chosen message, sent by the partner."""
        return Scope(self.cleaned_data["channel"], self.cleaned_data["purpose"], sender)
