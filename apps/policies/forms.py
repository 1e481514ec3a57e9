"""What is filled in about policy documents and editions, deadlines and the working calendar."""

from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from apps.core.public import NAMES
from apps.policies.choices import Counting
from apps.policies.models import DeadlineRule, PolicyDocument, PolicyEdition
from apps.policies.registry import ASKED

MOST_LETTERS = 200_000
MOST_SUMMARY = 4_000
LANGUAGES = tuple(NAMES.items())


class TitlesForm(forms.ModelForm):  # type: ignore[type-arg]
    """The titles of a document that is there."""

    class Meta:
        model = PolicyDocument
        fields = ["title_ky", "title_ru", "title_en"]
        widgets = {name: UnfoldAdminTextInputWidget() for name in fields}


class DocumentForm(TitlesForm):
    """A new document: its code, once, and its titles."""

    class Meta(TitlesForm.Meta):
        fields = ["code", *TitlesForm.Meta.fields]
        widgets = {name: UnfoldAdminTextInputWidget() for name in fields}
        help_texts = {"code": _("Stands in public addresses, /policy/…/, and never changes. For example: privacy.")}


_capitalised = lazy(capfirst, str)


def _written(name: str, most: int, **attrs: Any) -> forms.CharField:
    """A field of an edition, by its name: optional, for a draft grows."""
    field = PolicyEdition._meta.get_field(name)
    assert isinstance(field, models.TextField)
    widget = UnfoldAdminTextareaWidget(attrs=attrs)
    label, help_text = _capitalised(field.verbose_name), field.help_text
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=most, widget=widget)


def _text(language: str) -> forms.CharField:
    shown = {"rows": 22, "lang": language, "data-preview": language}
    return _written(f"text_{language}", MOST_LETTERS, **shown)


def _summary(language: str) -> forms.CharField:
    return _written(f"summary_{language}", MOST_SUMMARY, rows=3, lang=language)


def _moment(label: Any, help_text: Any, *, required: bool = False) -> forms.DateTimeField:
    control = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "po-moment"}, format="%Y-%m-%dT%H:%M")
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    return forms.DateTimeField(
        label=label, help_text=help_text, required=required, input_formats=formats, widget=control
    )  # fmt: skip


def _asked() -> list[tuple[str, str]]:
    return [(purpose.code, purpose.titles.shown) for purpose in ASKED]


class PastForm(forms.Form):
    """Since when an edition was in force that nobody has entered yet."""

    effective_at = _moment(_("Was in force from"), _("Bishkek time. Before it was entered here."), required=True)


class EditionForm(forms.Form):
    """The texts of a draft. `version` is the one that they were begun from."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text_ky, text_ru, text_en = _text("ky"), _text("ru"), _text("en")
    summary_ky, summary_ru, summary_en = _summary("ky"), _summary("ru"), _summary("en")
    widens = forms.MultipleChoiceField(
        label=_("Purposes that it widens"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=_asked,
        help_text=_("Whoever agreed to one of them under an earlier edition has to be asked again."),
    )  # fmt: skip
    effective_at = _moment(_("Was in force from"), _("Bishkek time. Before it was entered here."), required=True)
    references = _written("references", MOST_SUMMARY, rows=3)

    def __init__(self, *args: Any, past: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not past:
            del self.fields["effective_at"]

    @classmethod
    def of(cls, edition: PolicyEdition) -> "EditionForm":
        """The form as the draft is stored."""
        return cls(initial={name: getattr(edition, name) for name in cls.base_fields}, past=edition.past)

    def parts(self) -> list[dict[str, Any]]:
        """The fields by language, in the order in which the policy's texts stand."""
        return [
            {"code": code, "name": name, "text": self[f"text_{code}"], "summary": self[f"summary_{code}"]}
            for code, name in LANGUAGES
        ]

    def texts(self) -> dict[str, Any]:
        """What the service stores."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class VersionForm(forms.Form):
    """Which version of an edition somebody decides about."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class RemarkForm(VersionForm):
    """What has to be changed before an edition can be approved."""

    remark = forms.CharField(
        label=_("What has to be changed"),
        max_length=MOST_SUMMARY,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        error_messages={"required": _("Say what has to be changed.")},
    )


class PublishForm(VersionForm):
    """From when on an edition is in force."""

    effective_at = _moment(_("In force from"), _("Bishkek time. Left empty: from the moment of publication (P20)."))

    def moment(self) -> datetime | None:
        """The moment, None for now."""
        moment: datetime | None = self.cleaned_data["effective_at"]
        return moment


class CompareForm(forms.Form):
    """Two editions of a document, and the language to compare them in."""

    old = forms.ModelChoiceField(
        label=_("Older edition"),
        queryset=PolicyEdition.objects.none(),
        to_field_name="number",
        widget=UnfoldAdminSelectWidget,
    )
    new = forms.ModelChoiceField(
        label=_("Newer edition"),
        queryset=PolicyEdition.objects.none(),
        to_field_name="number",
        widget=UnfoldAdminSelectWidget,
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, document: PolicyDocument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("old", "new"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = document.editions.order_by("-number")
            field.empty_label = None
            field.label_from_instance = lambda edition: f"{edition.number} · {edition.get_status_display()}"  # type: ignore[method-assign,assignment]


class DeadlineRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A version of a rule; a term that a document sets has no length of its own."""

    class Meta:
        model = DeadlineRule
        fields = ("code", "length", "counting", "legal_ref", "status", "valid_from")
        widgets = {"legal_ref": UnfoldAdminTextInputWidget}

    def clean(self) -> dict[str, Any]:
        """Without a length where there is none."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("counting") == Counting.DOCUMENT:
            data["length"] = self.instance.length = None
        return data
