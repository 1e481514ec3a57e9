"""What staff fill in about letters: refusals, and reply templates."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from apps.cases.choices import CameBy, Occasion
from apps.cases.forms import SeenForm
from apps.cases.justifications import RefusalReason
from apps.cases.kinds import kinds
from apps.cases.models import Case, ReplyTemplate
from apps.cases.services.refuse import LONGEST_REFERENCE, WRITTEN, Grounds
from apps.cases.services.write import LONGEST
from apps.policies.choices import LawStatus
from apps.policies.deadlines import SOURCES

OTHER = "other"
_ARTICLE = re.compile(r"(?:art\.?|ст\.?|article|статья|берене)?\s*(\d+(?:\(\d+\))*)(?:-?берене)?", re.IGNORECASE)


def _choose(label: Any, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=UnfoldAdminSelectWidget, **kwargs)


def _letter(rows: int) -> Any:
    return UnfoldAdminTextareaWidget(attrs={"rows": rows})


class RefuseForm(SeenForm):
    """Why, by which law, and in which letter."""

    languages = settings.LANGUAGES

    reason = _choose(_("Reason"), [("", "—"), *RefusalReason.choices])
    source = _choose(_("Law"), [("", "—"), *SOURCES.items(), (OTHER, _("Another one, named below"))])
    article = forms.CharField(
        label=_("Article"), max_length=LONGEST_REFERENCE - 80, widget=UnfoldAdminTextInputWidget,
        help_text=_("73 or 114(4); of another law or document its name with the article."),
    )  # fmt: skip
    status = _choose(
        _("Rests on"), LawStatus.choices, initial=LawStatus.ASSUMED,
        help_text=_("Law only where somebody has looked the article up."),
    )  # fmt: skip
    came_by = _choose(_("The letter goes out by"), [(way.value, CameBy(way).label) for way in WRITTEN])
    heading = forms.CharField(label=_("Subject"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget)
    text = forms.CharField(
        label=_("Letter"), max_length=LONGEST, widget=_letter(16),
        help_text=_("What stands in braces is filled in as the letter is kept; the preview shows it."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The article of a known law is a number."""
        data: dict[str, Any] = super().clean() or {}
        source, article = data.get("source"), (data.get("article") or "").strip()
        if source in SOURCES and article:
            found = _ARTICLE.fullmatch(article)
            if found is None:
                self.add_error("article", _("Give the number of the article: 73 or 114(4)."))
            else:
                article = found[1]
        data["legal_ref"] = f"{source}, Art. {article}" if source in SOURCES else article
        return data

    @property
    def grounds(self) -> Grounds:
        """As the service takes them."""
        data = self.cleaned_data
        return Grounds(reason=data["reason"], legal_ref=data["legal_ref"], status=data["status"])


def _about() -> list[tuple[str, Any]]:
    """Every case, all of a kind, or one topic of it."""
    found: list[tuple[str, Any]] = [("", _("Every case"))]
    for workflow in kinds:
        found.append((f"{workflow.kind}.", workflow.title))
        found += [(f"{workflow.kind}.{topic}", f"— {topic.label}") for topic in workflow.topics or ()]
    return found


class TemplateForm(forms.Form):
    """What a template says, and with which case it is looked at."""

    heading = forms.CharField(label=_("Subject"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget)
    text = forms.CharField(label=_("Text"), max_length=LONGEST, widget=_letter(16))
    case = forms.CharField(
        label=_("Look at it with the values of case"), max_length=40, required=False, widget=UnfoldAdminTextInputWidget,
        help_text=_("A reference or its number; the latest case where none is named."),
    )  # fmt: skip

    def clean_case(self) -> Case | None:
        """The case of a reference."""
        typed = self.cleaned_data["case"]
        found = Case.objects.sought(typed).first() if typed.strip() else None
        if typed.strip() and found is None:
            raise forms.ValidationError(_("There is no case with this reference."))
        return found


class NewTemplateForm(TemplateForm):
    """With what it is for."""

    about = _choose(_("For"), [], required=False)
    occasion = _choose(_("Occasion"), Occasion.choices)
    title = forms.CharField(
        label=_("Name"), max_length=60, required=False, widget=UnfoldAdminTextInputWidget,
        help_text=_("Tells several for the same occasion apart."),
    )  # fmt: skip
    language = _choose(_("Language"), settings.LANGUAGES)
    field_order = ("about", "occasion", "title", "language", "heading", "text", "case")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about: forms.ChoiceField = self.fields["about"]  # type: ignore[assignment]
        about.choices = _about()

    def template(self) -> ReplyTemplate:
        """Unsaved."""
        data = self.cleaned_data
        kind, _dot, topic = data["about"].partition(".")
        names = ("occasion", "title", "language", "heading", "text")
        return ReplyTemplate(kind=kind, topic=topic, **{name: data[name] for name in names})
