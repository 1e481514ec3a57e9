"""What staff fill in about requests, and what people fill in themselves."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from apps.cases.choices import STAFF_WAYS, CameBy
from apps.cases.services.deliver import REACHES
from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.core.public import NAMES
from apps.core.sending import REACHABLE
from apps.subjects.forms import NO_HISTORY, UNUSABLE
from apps.subjects.models import Identifier, Subject, is_reference
from apps.support.choices import NEEDS_TEXT, PLAIN_SPEAKERS, PLAIN_TOPICS, Speaker, Topic, Withheld
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
        held = Identifier.objects.filter(subject_id=subject_id, kind__in=REACHABLE).order_by("-created_at", "-pk")
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


class PublicForm(forms.Form):
    """A request as somebody outside makes it. `website` is a trap: people don't see it, and programs fill it in."""

    topic = forms.ChoiceField(label=_("What do you want?"), choices=[("", "—"), *PLAIN_TOPICS.items()])
    contact = forms.CharField(
        label=_("Your phone or e-mail"), max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
        help_text=_("The one that the application knows. If you ask for somebody else: theirs."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("In your words"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    speaker = forms.ChoiceField(label=_("For whom do you ask?"), choices=PLAIN_SPEAKERS.items())
    speaker_name = forms.CharField(
        label=_("Your name"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Only if you ask for somebody else. We will ask to see your papers."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of our answer"), choices=NAMES.items())
    website = forms.CharField(required=False, max_length=200)
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            described = [f"{name}-help"] if field.help_text else []
            wrong = [f"{name}-wrong"] if self.is_bound and name in self.errors else []
            if wrong:
                field.widget.attrs["aria-invalid"] = "true"
            if described or wrong:
                field.widget.attrs["aria-describedby"] = " ".join(described + wrong)

    def clean_contact(self) -> tuple[str, str]:
        """(kind, normalised value)."""
        typed = self.cleaned_data["contact"]
        kind = IdentifierKind.EMAIL if "@" in typed else IdentifierKind.PHONE
        try:
            return str(kind), identifiers.normalise(kind, typed)
        except identifiers.Unusable:
            raise forms.ValidationError(_("This is no complete number or e-mail address. Type all of it.")) from None

    def clean_website(self) -> str:
        """Nothing may be in it."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Something filled in a field that stays empty. Send the form once more."))
        return ""

    def clean(self) -> dict[str, Any]:
        """What can't be done without: words where the topic says too little, the name of who speaks for another."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("topic") in NEEDS_TEXT and not data.get("text"):
            self.add_error("text", _("Write what it is about."))
        if data.get("speaker") not in (None, Speaker.SELF) and not data.get("speaker_name"):
            self.add_error("speaker_name", _("Write your name: you ask for somebody else."))
        return data

    def new(self) -> NewRequest:
        """As the service takes it."""
        kind, value = self.cleaned_data["contact"]
        names = ("topic", "text", "speaker", "speaker_name", "language")
        values = {name: self.cleaned_data[name] for name in names}
        return NewRequest(**values, came_by=CameBy.FORM, contact_kind=kind, contact=value)


class OwnForm(forms.Form):
    """What opens a request's status page, and what is done there."""

    reference = forms.CharField(label=_("Number of the request"), max_length=40)
    secret = forms.CharField(label=_("Secret word"), max_length=40)
    act = forms.ChoiceField(choices=[(act, act) for act in ("", "code", "check", "withdraw")], required=False)
    code = forms.CharField(max_length=20, required=False)


class MailFileForm(forms.Form):
    """A file of mail."""

    file = forms.FileField(
        label=_("File"), widget=UnfoldAdminFileFieldWidget,
        help_text=_("A letter that was saved (.eml), or a folder of them (mbox)."),
    )  # fmt: skip
