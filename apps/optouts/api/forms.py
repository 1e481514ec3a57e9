"""What staff fill in to let a system in, and to settle an SMS reply."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)  # fmt: skip

from apps.core import clock
from apps.core.choices import Channel, IdentifierKind
from apps.optouts.choices import EVERY_SENDER, ApiScope
from apps.optouts.forms import ScopeForm
from apps.optouts.services.take_from_person import REACHED_BY
from apps.partners.models import Partner


def senders() -> list[tuple[str, Any]]:
    """Everybody, and each partner."""
    return [(EVERY_SENDER, _("Every sender")), *Partner.objects.order_by("name").values_list("code", "name")]


class ReplyForm(ScopeForm):
    """What an SMS reply refuses, as somebody understood it."""

    medium = note = None  # type: ignore[assignment]

    def clean_channel(self) -> str:
        """Refuse a channel that never reaches a phone: it would stop nothing."""
        channel: str = self.cleaned_data["channel"]
        if IdentifierKind.PHONE not in REACHED_BY[channel]:
            raise forms.ValidationError(_("This channel does not reach such an address. Choose another one."))
        return channel


class TokenForm(forms.Form):
    """A system that shall be let in, and to what."""

    system = forms.CharField(
        label=pgettext_lazy("that reads", "System"),
        max_length=40,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Small Latin letters, digits and hyphens."))],
        help_text=_("What it is called here: mailer, sms-gateway. Its tokens share one salt."),
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "off", "autocapitalize": "none", "list": "am-systems"}
        ),
    )
    scope = forms.ChoiceField(
        label=pgettext_lazy("is let", "May"), choices=ApiScope.choices, widget=UnfoldAdminSelectWidget
    )
    expires_on = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Without one it works until it is revoked."),
        widget=UnfoldAdminSingleDateWidget,
    )  # fmt: skip
    channel = forms.ChoiceField(
        label=_("Only this channel"), required=False, widget=UnfoldAdminSelectWidget,
        choices=[("", _("Every channel")), *(c for c in Channel.choices if c[0] != Channel.ALL)],
        help_text=_("For reading suppressions: those of every channel are always among them."),
    )  # fmt: skip
    sender = forms.ChoiceField(
        label=_("Only messages of"), choices=senders, initial=EVERY_SENDER, widget=UnfoldAdminSelectWidget,
        help_text=_("Of replies: whose messages a refusal stops."),
    )  # fmt: skip
    numbers = forms.CharField(
        label=_("Numbers of single partners"), max_length=2000, required=False,
        help_text=_("Of replies: a line each, the number they are sent to and the partner's code: 4401 bereke."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_expires_on(self) -> date | None:
        """A day that is not over."""
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and day < clock.today():
            raise forms.ValidationError(_("This day is over."))
        return day

    def clean_sender(self) -> str:
        """Nothing where it is everybody."""
        sender: str = self.cleaned_data["sender"]
        return "" if sender == EVERY_SENDER else sender

    def clean_numbers(self) -> dict[str, str]:
        """{number: partner's code}. A partner who does not exist would be refused in vain."""
        lines = [line.split() for line in self.cleaned_data["numbers"].splitlines() if line.strip()]
        codes = set(Partner.objects.values_list("code", flat=True))
        if any(len(words) != 2 or words[1] not in codes for words in lines):
            raise forms.ValidationError(_("Each line is a number, a blank, and the code of a partner."))
        return {number.lstrip("+"): code for number, code in lines}
