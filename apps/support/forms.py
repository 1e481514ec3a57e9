"""What staff fill in while somebody is on the phone."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from apps.cases.choices import STAFF_WAYS, CameBy
from apps.cases.services.deliver import REACHES
from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.subjects.forms import NO_HISTORY, UNUSABLE
from apps.subjects.models import Identifier, Subject, is_reference
from apps.support.choices import Speaker, Topic, Withheld
from apps.support.services.access.handover import REACHED_BY
from apps.support.services.take_in import NewRequest

_MOMENT = "%Y-%m-%dT%H:%M"
_TYPED = _("0555 123 401, name@example.kg, P-12 …")
# Of somebody whom nothing leads to, no address is known.
TOLD_ELSEWHERE = (CameBy.PHONE, CameBy.LETTER, CameBy.VISIT)
_WAYS = [(way.value, way.label) for way in STAFF_WAYS]


class MomentInput(forms.DateTimeInput):
    """The browser's own field for a day and a time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        classes = UnfoldAdminTextInputWidget().attrs["class"]
        super().__init__(attrs={"class": classes}, format=_MOMENT)


def _choose(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=UnfoldAdminSelectWidget)


class IntakeForm(forms.Form):
    """A request. `typed` is a number, an address, a token or a person's reference, and may stay empty."""

    topic = forms.ChoiceField(
        label=_("What do they ask for?"), choices=[("", "—"), *Topic.choices],
        widget=UnfoldAdminSelectWidget(attrs={"autofocus": True}),
    )  # fmt: skip
    typed = forms.CharField(
        label=_("Phone, e-mail, token or reference"), max_length=255, required=False,
        widget=UnfoldAdminTextInputWidget(attrs={**NO_HISTORY, "placeholder": _TYPED}),
        help_text=_("Whom the request is about. Whoever isn't known yet is taken in all the same."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("In their words"), max_length=20_000, required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )  # fmt: skip
    came_by = _choose(_("Came by"), _WAYS)
    received_at = forms.DateTimeField(
        label=_("Received"), widget=MomentInput, input_formats=[_MOMENT, "%Y-%m-%dT%H:%M:%S"],
        help_text=_("The term runs from this moment: of a letter, when it arrived."),
    )  # fmt: skip
    speaker = _choose(_("Who speaks?"), Speaker.choices)
    speaker_name = forms.CharField(
        label=_("Name of who speaks"), max_length=200, required=False,
        widget=UnfoldAdminTextInputWidget(attrs=NO_HISTORY),
    )  # fmt: skip
    language = _choose(_("Language of the answer"), settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("received_at", timezone.localtime(clock.now()).strftime(_MOMENT))

    def clean_received_at(self) -> Any:
        """The minute that is shown may lie some seconds ahead of the clock; a day to come is refused."""
        moment = self.cleaned_data["received_at"]
        if moment > clock.now():
            raise forms.ValidationError(_("This moment lies in the future."))
        return moment

    def clean_typed(self) -> str:
        """Raises ValidationError for what can't be any number, address or reference."""
        typed: str = self.cleaned_data["typed"].strip()
        self.subject: Subject | None = Subject.objects.sought(typed).first() if typed else None
        self.contact: tuple[str, str] = ("", "")
        if typed and not (self.subject and is_reference(typed)):
            self.contact = _contact(typed)
        return typed

    def clean(self) -> dict[str, Any]:
        """Whoever speaks for another is named."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("speaker") not in (None, Speaker.SELF) and not data.get("speaker_name"):
            self.add_error("speaker_name", _("Name who speaks for the person."))
        if data.get("topic") == Topic.UNSUBSCRIBE and not data.get("typed") and "typed" not in self.errors:
            self.add_error("typed", _("Which number or address should get no advertising?"))
        return data

    def new(self) -> NewRequest:
        """As the service takes it."""
        names = ("topic", "came_by", "received_at", "speaker", "speaker_name", "language", "text")
        kind, value = self.contact
        values = {name: self.cleaned_data[name] for name in names}
        return NewRequest(**values, subject=self.subject, contact_kind=kind, contact=value)


def _contact(typed: str) -> tuple[str, str]:
    """(kind, normalised value) of a number, address or token."""
    kind = identifiers.guess_kind(typed)
    if kind not in (IdentifierKind.PHONE, IdentifierKind.EMAIL, IdentifierKind.TOKEN):
        raise forms.ValidationError(UNUSABLE["malformed"])
    try:
        return str(kind), identifiers.normalise(kind, typed)
    except identifiers.Unusable as error:
        raise forms.ValidationError(UNUSABLE[error.code]) from None


class ReleaseForm(forms.Form):
    """That others' words were looked at."""

    looked = forms.BooleanField(
        label=_("I have looked through the flagged entries, and withheld what is about others"), required=False,
        widget=UnfoldBooleanWidget,
    )  # fmt: skip


class WithholdForm(forms.Form):
    """Why a part is not given."""

    reason = _choose(_("Why"), Withheld.choices)


class AddressField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the person's addresses, masked."""

    def label_from_instance(self, obj: Identifier) -> str:
        """`Phone +996 ••• ••• 401`."""
        return f"{obj.get_kind_display()} {obj.masked}"


class LinkForm(forms.Form):
    """Where the code goes, and how the link gets to the person."""

    code_to = AddressField(
        Identifier.objects.none(), label=_("The code goes to"), widget=UnfoldAdminSelectWidget, empty_label=None
    )
    way = _choose(_("The link goes out"), [])

    def __init__(self, *args: Any, subject_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Identifier.objects.filter(subject_id=subject_id, kind__in=REACHED_BY).order_by("-created_at", "-pk")
        where: forms.ModelChoiceField[Identifier] = self.fields["code_to"]  # type: ignore[assignment]
        where.queryset = held
        kinds = {row.kind for row in held}
        sent = [(way.value, way.label) for way, kind in REACHES.items() if kind in kinds]
        ways: forms.ChoiceField = self.fields["way"]  # type: ignore[assignment]
        ways.choices = [*sent, ("", _("I pass it on myself"))]
        ways.required = False


class PaperForm(forms.Form):
    """Who took it."""

    to = forms.CharField(
        label=_("Who took it, and what they showed"), max_length=300,
        widget=UnfoldAdminTextInputWidget(attrs=NO_HISTORY),
    )  # fmt: skip


class NothingForm(forms.Form):
    """How they were told that nothing is held."""

    came_by = _choose(_("The person is told by"), [(way.value, way.label) for way in TOLD_ELSEWHERE])
    text = forms.CharField(
        label=_("What they are told"), max_length=20_000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 5})
    )
