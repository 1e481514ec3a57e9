"""What staff fill in when they do what a request asks: above all what is corrected, with a field for each value that is
held, filled in where it is wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from apps.cases.forms import SeenForm
from apps.cases.models import Case
from apps.policies.registry import purpose_title
from apps.subjects.choices import ReleaseReason, RestrictionReason, field_title
from apps.subjects.forms import NO_HISTORY
from apps.subjects.models import Identifier, PersonalRecord, Subject
from apps.subjects.presenting import VALUE_CODES, mask_value, plain_value, show_identifier
from apps.subjects.services.correct import CORRECTABLE, LONGEST, Correction
from apps.subjects.services.move_identifier import MOVABLE
from apps.support.services.rectify import WAYS
from apps.support.services.stop import STOPPABLE

# What can be said of a person of whom no origin says it, neither so nor otherwise.
MISSING = {"last_name": "full_name", "first_name": "full_name", "birth_date": ""}
DATES = frozenset({"birth_date"})


@dataclass(frozen=True)
class Held:
    """A value that may be corrected: its title with whose word it is, how it is shown, and what it is a value of."""

    key: str
    title: str
    shown: str
    target: dict[str, Any]
    is_date: bool = False


def held_of(subject: Subject, *, revealed: bool) -> Iterator[Held]:
    """What is held of a person and can be corrected; masked unless revealed."""
    for row in Identifier.objects.filter(subject=subject, kind__in=MOVABLE).order_by("pk"):
        title, shown = capfirst(field_title(row.kind)), show_identifier(row, revealed=revealed)
        yield Held(f"identifier-{row.pk}", title, shown, {"identifier_id": row.pk})
    show, known = (plain_value if revealed else mask_value), set()
    records = PersonalRecord.objects.standing([subject.pk]).filter(category__in=CORRECTABLE)
    for record in records.select_related("partner").order_by("category__position", "pk"):
        for name, value in record.payload.items():
            known.add(name)
            title = f"{capfirst(field_title(name))} · {record.partner.name}"
            target = {"record_id": record.pk, "name": name}
            yield Held(f"record-{record.pk}-{name}", title, show(name, value), target, name in DATES)
    for name, otherwise in MISSING.items():
        if not {name, otherwise} & known:
            yield Held(f"own-{name}", capfirst(field_title(name)), "—", {"name": name}, name in DATES)


class RectifyForm(SeenForm):
    """One field for each value that is held; those that stay empty change nothing."""

    def __init__(self, *args: Any, case: Case, revealed: bool, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.held = list(held_of(case.subject, revealed=revealed)) if case.subject else []
        for held in self.held:
            self.fields[held.key] = _field(held)

    def clean(self) -> dict[str, Any]:
        """Something has to be filled in."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(data.get(held.key) for held in self.held):
            raise forms.ValidationError(_("Fill in what it should be, beside what is wrong."))
        return data

    def corrections(self) -> list[Correction]:
        """What was filled in."""
        filled = [(held, self.cleaned_data.get(held.key)) for held in self.held]
        return [Correction(value=str(value), **held.target) for held, value in filled if value]


def _field(held: Held) -> forms.Field:
    now = gettext("Now: %(value)s") % {"value": held.shown}
    if codes := _codes(held.target.get("name", "")):
        choices = [("", "—"), *codes]
        return forms.ChoiceField(
            label=held.title, help_text=now, required=False, choices=choices, widget=UnfoldAdminSelectWidget
        )
    attrs = {**NO_HISTORY, **({"type": "date"} if held.is_date else {})}
    widget = UnfoldAdminTextInputWidget(attrs=attrs)
    kind = forms.DateField if held.is_date else forms.CharField
    limits: dict[str, Any] = {} if held.is_date else {"max_length": LONGEST}
    return kind(label=held.title, help_text=now, required=False, widget=widget, **limits)


def _codes(name: str) -> list[tuple[str, Any]]:
    """The codes that a value may have, with their titles; none for what is said freely."""
    return [(code.partition(":")[2], title) for code, title in VALUE_CODES.items() if code.partition(":")[0] == name]


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=UnfoldAdminSelectWidget)


class BlockForm(SeenForm):
    """Why the data is blocked; and, while the person is not verified, why it can't wait."""

    reason = _choice(_("Reason"), RestrictionReason.choices)
    unverified_because = forms.CharField(
        label=_("Why before the person is verified"), max_length=1000, required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.initial.setdefault("reason", RestrictionReason.REQUEST)
        if case.verified_at is not None:
            del self.fields["unverified_because"]


class LiftForm(SeenForm):
    """Why the data is unblocked."""

    reason = _choice(_("Reason"), ReleaseReason.choices)


class StopForm(SeenForm):
    """What shall end."""

    purpose = _choice(_("What for"), lambda: [(code, purpose_title(code)) for code in STOPPABLE])


class TellForm(forms.Form):
    """How a recipient was told."""

    way = _choice(_("Told by"), [(way.value, way.label) for way in WAYS])
