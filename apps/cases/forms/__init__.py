"""What staff fill in about cases."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.accounts.models import User
from apps.cases.choices import CameBy, Direction, LinkKind, PaperKind, Priority
from apps.cases.kinds import Transition
from apps.cases.models import Case
from apps.cases.services.assign import workers
from apps.cases.services.extend import MOST_DAYS
from apps.cases.services.write import LONGEST
from apps.core.choices import IdentifierKind
from apps.subjects.forms import NO_HISTORY, FindForm
from apps.subjects.models import Identifier

TOLD_BY = (CameBy.EMAIL, CameBy.SMS, CameBy.PHONE, CameBy.LETTER, CameBy.VISIT)


def _choose(label: Any, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=UnfoldAdminSelectWidget, **kwargs)


def _text(label: Any, rows: int = 4) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST, widget=UnfoldAdminTextareaWidget(attrs={"rows": rows}))


class SeenForm(forms.Form):
    """The version of the case that its page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, case: Case | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if case is not None:
            self.initial.setdefault("seen", case.version)


class StepForm(SeenForm):
    """A step, with its reason where it has one."""

    def __init__(self, *args: Any, transition: Transition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if transition.reasons is not None:
            self.fields["reason"] = _choose(_("Reason"), [("", "—"), *transition.reasons.choices])


class AssigneeForm(forms.Form):
    """To whom."""

    assignee = forms.ModelChoiceField(
        User.objects.none(), label=_("Assigned to"), widget=UnfoldAdminSelectWidget, empty_label="—"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: forms.ModelChoiceField[User] = self.fields["assignee"]  # type: ignore[assignment]
        people.queryset = User.objects.filter(pk__in=[user.pk for user in workers()]).order_by("first_name")


class AssignForm(AssigneeForm, SeenForm):
    """To whom, or to nobody."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].required = False


class PriorityForm(SeenForm):
    """What goes first."""

    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=Priority.choices, coerce=int, widget=UnfoldAdminSelectWidget
    )


class TopicForm(SeenForm):
    """What a case is about."""

    topic = _choose(_("about"), [])

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        topics: forms.ChoiceField = self.fields["topic"]  # type: ignore[assignment]
        topics.choices = list(case.workflow.topics.choices) if case.workflow.topics else []
        self.initial.setdefault("topic", case.topic)


class NoteForm(forms.Form):
    """What others should know."""

    text = _text(pgettext_lazy("of a case", "Note"))


@dataclass(frozen=True)
class Offered:
    """Reply templates to choose from, and the address that fills one in (with 0 where its key goes)."""

    url: str
    templates: list[tuple[int, str]]


class MessageForm(forms.Form):
    """What the person said, or is told."""

    template = forms.IntegerField(
        label=_("Reply template"), required=False, widget=UnfoldAdminSelectWidget,
        help_text=_("It fills in subject and text, which you change as you like."),
    )  # fmt: skip
    direction = _choose(_("Direction"), Direction.choices)
    came_by = _choose(_("By"), [(way.value, way.label) for way in TOLD_BY])
    heading = forms.CharField(label=_("Subject"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget)
    text = _text(_("Text"), 8)

    def __init__(self, *args: Any, templates: Offered | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if templates is None:
            del self.fields["template"]
            return
        chosen = self.fields["template"].widget
        chosen.choices = [("", "—"), *templates.templates]
        chosen.attrs["data-template-url"] = templates.url

    def clean(self) -> dict[str, Any]:
        """What is said, without the template that it began with."""
        data: dict[str, Any] = super().clean() or {}
        data.pop("template", None)
        return data


class ExtendForm(SeenForm):
    """For how long, and what the person is told."""

    days = forms.IntegerField(
        label=_("Days"), min_value=1, max_value=MOST_DAYS, widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Working days, where the term is counted in working days."),
    )  # fmt: skip
    came_by = _choose(_("The person is told by"), [(way.value, way.label) for way in TOLD_BY])
    text = _text(_("What the person is told: how long it takes, and why"), 6)


class AttachForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label=_("File"), widget=UnfoldAdminFileFieldWidget,
        help_text=_("PDF, pictures, Word and Excel documents, text. What it is is found out from its content."),
    )  # fmt: skip

    def clean_file(self) -> "UploadedFile[Any]":
        """Not larger than what is taken: it is read whole."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.ATTACHMENT_MAX_BYTES:
            most = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
            raise forms.ValidationError(_("The file is larger than %(most)s MB."), params={"most": most})
        return file


class LinkForm(forms.Form):
    """Which other case, and how."""

    kind = _choose(_("This case"), LinkKind.choices)
    other = forms.CharField(label=_("Other case"), max_length=40, widget=UnfoldAdminTextInputWidget)

    def clean_other(self) -> Case:
        """The case of a reference."""
        case = Case.objects.sought(self.cleaned_data["other"]).first()
        if case is None:
            raise forms.ValidationError(_("There is no case with this reference."))
        return case


class ConcernForm(FindForm, SeenForm):
    """Whom the case is about: found like anybody, by a full value."""


class CodeToForm(forms.Form):
    """To which of the person's known addresses a code goes; they are shown masked."""

    address = forms.TypedChoiceField(label=_("Send it to"), coerce=int, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reached = (IdentifierKind.PHONE, IdentifierKind.EMAIL)
        held = Identifier.objects.filter(subject=case.subject_id, kind__in=reached) if case.subject_id else []
        self.held = {row.pk: row for row in held}
        choices = [(row.pk, f"{row.get_kind_display()} {row.masked}") for row in self.held.values()]
        self.fields["address"].choices = choices  # type: ignore[attr-defined]

    def clean_address(self) -> Identifier:
        """The address itself."""
        return self.held[self.cleaned_data["address"]]


class CodeForm(forms.Form):
    """Six digits, as they are said on the phone."""

    code = forms.CharField(
        label=_("Code"), max_length=20,
        widget=UnfoldAdminTextInputWidget(
            attrs={**NO_HISTORY, "inputmode": "numeric", "autofocus": True, "autocomplete": "off", "maxlength": "20"}
        ),
    )  # fmt: skip


class TokenForm(forms.Form):
    """The token that the person reads out of their application."""

    token = forms.CharField(
        label=_("Operator's token"), max_length=255,
        widget=UnfoldAdminTextInputWidget(attrs={**NO_HISTORY, "autofocus": True}),
    )  # fmt: skip


class PapersForm(forms.Form):
    """Which kind of papers was seen."""

    papers = _choose(_("What you have seen"), PaperKind.choices)
