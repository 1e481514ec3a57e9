"""The record of processing as it is read: purpose by purpose, with the picture of the flows and the risks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.flows import Flow, Flows, Place
from apps.partners import risks
from apps.partners.measures import measures
from apps.partners.models import Processing, Recipient
from apps.partners.presenting import given, period, stands_on, used_by
from apps.partners.risks import Risk
from apps.policies.models import Purpose

OPERATOR = "operator"


@dataclass
class Row:
    """Uses that differ in the category alone, as one line; `use` is one of them."""

    use: Processing
    uses: list[Processing]

    @property
    def risks(self) -> list[Risk]:
        """Of all of them."""
        return risks.of_use(self.use)

    @property
    def given(self) -> str:
        """Mandatory or voluntary (P04)."""
        return given(self.use)

    @property
    def kept(self) -> str:
        """How long, in words."""
        return period(self.use.retention)

    @property
    def kept_stands_on(self) -> str:
        """Why so long."""
        return stands_on(self.use.retention)

    @property
    def stands_on(self) -> str:
        """Why at all."""
        return stands_on(self.use)


@dataclass
class Group:
    """What one recipient, or the operator itself, uses for a purpose."""

    recipient: Recipient | None
    title: str
    rows: list[Row] = field(default_factory=list)

    def add(self, use: Processing) -> None:
        """In the line of those that say the same."""
        for row in self.rows:
            if _says(row.use) == _says(use):
                row.uses.append(use)
                return
        self.rows.append(Row(use, [use]))


def _says(use: Processing) -> tuple[Any, ...]:
    terms = use.retention.terms if use.retention else None
    return use.mandatory, use.status, use.reference, use.note, use.category.anonymous, terms


@dataclass
class Section:
    """A purpose with its topics, and who uses what for it."""

    purpose: Purpose
    topics: list[str]
    risks: list[Risk]
    groups: list[Group] = field(default_factory=list)

    @property
    def all_risks(self) -> list[Risk]:
        """Its own, and those of its lines."""
        return [*self.risks, *(risk for group in self.groups for row in group.rows for risk in row.risks)]


@dataclass(frozen=True)
class Receiver:
    """A recipient with what it may receive, for the table of recipients."""

    recipient: Recipient
    categories: list[str]
    risks: list[Risk]


@dataclass(frozen=True)
class Record:
    """All of it."""

    sections: list[Section]
    receivers: list[Receiver]
    flows: Flows

    @property
    def risks(self) -> list[Risk]:
        """Every risk that there is, once, in the order of the closed list."""
        of_sections = {risk for section in self.sections for risk in section.all_risks}
        found = of_sections | {risk for receiver in self.receivers for risk in receiver.risks}
        return [risk for risk in Risk if risk in found]

    @property
    def empty(self) -> bool:
        """Whether nothing is used for anything."""
        return not any(section.groups for section in self.sections)


def record_of_processing() -> Record:
    """The record as it stands, in the reader's language; a fixed number of queries."""
    uses = list(Processing.objects.in_use().in_order())
    return Record(_sections(uses), _receivers(), flows_of(uses))


def _sections(uses: Sequence[Processing]) -> list[Section]:
    purposes = list(Purpose.objects.filter(retired=False))
    topics: dict[str | None, list[str]] = defaultdict(list)
    for purpose in purposes:
        topics[purpose.parent_id].append(purpose.title)
    used = {use.purpose_id for use in uses}
    # A topic without uses of its own falls with the purpose above it.
    shown = [purpose for purpose in purposes if purpose.parent_id is None or purpose.pk in used]
    return [
        Section(purpose, topics[purpose.pk], risks.of_purpose(purpose), _groups(uses, purpose)) for purpose in shown
    ]


def _groups(uses: Iterable[Processing], purpose: Purpose) -> list[Group]:
    groups: dict[int | None, Group] = {}
    for use in uses:
        if use.purpose_id == purpose.pk:
            groups.setdefault(use.recipient_id, Group(use.recipient, used_by(use))).add(use)
    return list(groups.values())


def _receivers() -> list[Receiver]:
    recipients = Recipient.objects.in_use().prefetch_related("categories")
    return [
        Receiver(
            recipient,
            [category.title for category in recipient.categories.all()],
            risks.of_recipient(recipient, [category.anonymous for category in recipient.categories.all()]),
        )
        for recipient in recipients
    ]


def flows_of(uses: Sequence[Processing]) -> Flows:
    """The picture: from categories over purposes to who uses them; anonymous data and what goes abroad are marked."""
    categories = {f"c:{use.category_id}": _category_place(use) for use in _by(uses, "category")}
    purposes = {f"p:{use.purpose_id}": Place(f"p:{use.purpose_id}", use.purpose.title, "is-purpose") for use in uses}
    users = {_user(use): _user_place(use) for use in _by(uses, "recipient")}
    first = Counter((f"c:{use.category_id}", f"p:{use.purpose_id}") for use in uses)
    second = Counter((f"p:{use.purpose_id}", _user(use)) for use in uses)
    places = {**categories, **purposes, **users}
    flows = [
        Flow(start, end, amount, _flow_title(places[start], places[end], amount), _mark(places[start], places[end]))
        for (start, end), amount in [*first.items(), *second.items()]
    ]
    headings = [_("Data"), _("Purpose"), _("Recipient")]
    columns = [list(categories.values()), list(purposes.values()), list(users.values())]
    return Flows(_("Where data goes"), columns, flows, headings)


def _by(uses: Sequence[Processing], name: str) -> list[Processing]:
    """In the order of what they name; the operator itself, which no recipient stands for, first."""
    return sorted(uses, key=lambda use: (getattr(use, name) is not None and getattr(use, name).position + 1) or 0)


def _user(use: Processing) -> str:
    return f"r:{use.recipient_id or OPERATOR}"


def _category_place(use: Processing) -> Place:
    return Place(
        f"c:{use.category_id}", use.category.title, "is-anonymous" if use.category.anonymous else "is-personal"
    )


def _user_place(use: Processing) -> Place:
    if use.recipient is None:
        return Place(_user(use), used_by(use), "is-operator")
    abroad = use.recipient.cross_border
    title = f"{used_by(use)} ↗" if abroad else used_by(use)
    return Place(_user(use), title, "is-abroad" if abroad else "is-home")


def _flow_title(start: Place, end: Place, amount: int) -> str:
    many = ngettext("%(n)d use", "%(n)d uses", amount) % {"n": amount}
    return f"{start.title} → {end.title}: {many}"


def _mark(start: Place, end: Place) -> str:
    """A band has the colour of the category that it comes from, or of the recipient that it goes to."""
    return end.mark if start.mark == "is-purpose" else start.mark


def shown_measures() -> list[dict[str, Any]]:
    """The promises' figures, each with where it leads; one that is not 0 calls for somebody."""
    found = []
    for measure in measures():
        value = measure.read()
        link = reverse(measure.page) + (f"?{measure.query}" if measure.query else "") if measure.page else ""
        found.append({
            "title": measure.title, "hint": measure.hint, "link": link, "urgent": value > 0,
            "value": formats.number_format(value, force_grouping=True), "icon": "warning" if value else "check_circle",
        })  # fmt: skip
    return found
