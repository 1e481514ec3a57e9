"""A row in conflict beside the people whom it names: what the page about it shows, and says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.choices import IdentifierKind
from apps.imports.choices import Decision
from apps.imports.conflicts import Conflict
from apps.imports.engine.layout import Layout
from apps.imports.presenting import columns, masked
from apps.imports.services.clashing import Clash, Named
from apps.imports.services.keeping import KEEP_DAYS
from apps.partners.models import Partner
from apps.subjects.models import Identifier, Subject
from apps.subjects.presenting import ShownRecord, show_identifier, show_record

# Category of the records by which two people are told apart, and how many of the newest are shown.
_COMPARED, _MOST_COMPARED = "identity", 2
_ICONS = {
    Decision.SAME_PERSON: "person", Decision.MOVED: "phone_forwarded", Decision.TAKE_IN: "person_add",
    Decision.LEAVE_OUT: "block",
}  # fmt: skip
_KEYS = {
    Decision.SAME_PERSON: "S", Decision.MOVED: "M", Decision.TAKE_IN: "T", Decision.LEAVE_OUT: "L",
}  # fmt: skip
MOST_LETTERS = 300
_SOMEBODY_NEW = gettext_lazy("a new person")


@dataclass(frozen=True)
class ShownCell:
    """A cell of the row: the column's title, what it was understood as, the value, and whose it is where it names."""

    title: str
    field: str
    value: str
    owner: Subject | None
    names: bool


@dataclass(frozen=True)
class ShownHeld:
    """An identifier of a person, and whether the row names it."""

    row: Identifier
    value: str
    named: bool


@dataclass(frozen=True)
class Side:
    """A person whom the row names."""

    person: Subject
    identifiers: list[ShownHeld]
    records: list[ShownRecord]
    origins: list[str]
    revealed: bool


@dataclass(frozen=True)
class Option:
    """Something that may be decided, and what would come of it."""

    decision: Decision
    title: str
    consequences: list[str]
    icon: str
    key: str


def kept_until(row: Conflict) -> datetime | None:
    """When the row is destroyed if nobody decides."""
    finished = row.batch.finished_at
    return finished + timedelta(days=KEEP_DAYS) if finished else None


def cells(clash: Clash, *, revealed: bool) -> list[ShownCell]:
    """The row's cells in the order of its file, masked unless revealed; columns that nothing was found for last."""
    batch = clash.row.batch
    owners = {named.kind: named.person for named in clash.named}
    parts = zip(columns(batch), Layout.from_json(batch.layout).fields, clash.row.raw or [], strict=False)
    shown = [
        ShownCell(*titles, _shown(field, cell, revealed), owners.get(field), field in owners)
        for titles, field, cell in parts
        if cell.strip()
    ]
    return sorted(shown, key=lambda cell: not cell.field)


def _shown(field: str, cell: str, revealed: bool) -> str:
    return cell.strip()[:MOST_LETTERS] if revealed else masked(field, cell, hidden=False)


def named_masked(row: Conflict) -> list[str]:
    """What the row names somebody by, masked."""
    fields = Layout.from_json(row.batch.layout).fields
    named = [
        (field, cell) for field, cell in zip(fields, row.raw or [], strict=False) if field in IdentifierKind.values
    ]
    return [masked(field, cell, hidden=False) for field, cell in named if cell.strip()]


def sides(clash: Clash, seen: set[int]) -> list[Side]:
    """The people, strongest identifier first; those in `seen` in plain."""
    named = {n.held.pk for n in clash.named if n.held}
    return [_side(person, clash.identifiers[person.pk], named, person.pk in seen) for person in clash.people]


def _side(person: Subject, held: Sequence[Identifier], named: set[int], revealed: bool) -> Side:
    records = person.records.filter(category=_COMPARED, superseded_at=None).select_related("category", "partner")
    partners = Partner.objects.filter(pk__in=person.records.values("partner")).order_by("name")
    return Side(
        person,
        [ShownHeld(row, show_identifier(row, revealed=revealed), row.pk in named) for row in held],
        [show_record(record, revealed=revealed) for record in records.order_by("-observed_at", "-pk")[:_MOST_COMPARED]],
        list(partners.values_list("name", flat=True)),
        revealed,
    )


def _kinds(kinds: Sequence[str]) -> str:
    return ", ".join(str(IdentifierKind(kind).label) for kind in kinds)


def statement(clash: Clash) -> str:
    """What the conflict is, in a sentence."""
    if not clash.foreign:
        return _("Nothing contradicts this row any more: the register has changed since the file was merged.")
    by = _kinds([named.kind for named in clash.foreign])
    if clash.shared_in_file:
        return _("A later row of the same file has this too (%(by)s) and names somebody else. That row counted.") % {
            "by": by
        }
    first = clash.parties[0]
    if len(clash.parties) > 1:
        return _("The row names different people (%(whose)s).") % {"whose": "; ".join(_each(clash.named))}
    if clash.other_token(first):
        message = _("The row leads to %(who)s (%(by)s), but has another token. One person has one token.")
        return message % {"who": first.reference, "by": by}
    return _("Only the e-mail is known. It is that of %(who)s, who has another phone or card than the row.") % {
        "who": first.reference
    }


def _each(named: Sequence[Named]) -> list[str]:
    return [f"{_kinds([item.kind])}: {item.person.reference}" for item in named if item.person]


def options(clash: Clash) -> list[Option]:
    """What may be decided, likeliest first."""
    return [option(clash, decision) for decision in clash.offers()]


def option(clash: Clash, decision: Decision) -> Option:
    """One decision with its consequences."""
    title = str(decision.label)
    if decision == Decision.TAKE_IN and not clash.foreign:
        title = _("Take the row in")
    return Option(decision, title, _SAID[decision](clash), _ICONS[decision], _KEYS[decision])


def _whose(clash: Clash) -> str:
    return clash.target.reference if clash.target else str(_SOMEBODY_NEW)


def _data_goes_to(who: str) -> str:
    return _("The row's data is kept under %(who)s.") % {"who": who}


def _said_of_one(clash: Clash) -> list[str]:
    survivor, *others = clash.parties
    who = survivor.reference
    said = [_("Everything of %(other)s moves to %(who)s.") % {"other": o.reference, "who": who} for o in others]
    if clash.two_tokens:
        said.append(_("One token counts from now on; the other stays with %(who)s, marked as replaced.") % {"who": who})
    added = [named.kind for named in clash.named if named.held is None]
    if added:
        said.append(_("New for %(who)s: %(kinds)s.") % {"who": who, "kinds": _kinds(added)})
    if clash.shared_in_file:
        return [*said, _("Nothing else of the row is kept: the data of the later row counts.")]
    return [*said, _data_goes_to(who)]


def _said_of_moving(clash: Clash) -> list[str]:
    who = _whose(clash)
    said = [f"{whose} → {who}." for whose in _each(clash.moving)]
    return [
        *said,
        _("The old owner keeps everything else: history, records, other numbers."),
        _("Opt-outs stay with the number or address until its new owner lifts them."),
        _data_goes_to(who),
    ]


def _said_of_taking_in(clash: Clash) -> list[str]:
    said = [
        _("%(kind)s: stays with %(who)s.") % {"kind": _kinds([named.kind]), "who": named.person.reference}
        for named in clash.foreign
        if named.person
    ]
    told = [_("The partner is told what was left out.")] if said else []
    return [*said, _data_goes_to(_whose(clash)), *told]


def _said_of_leaving_out(clash: Clash) -> list[str]:
    return [_("Nothing changes. The partner gets the row back with the reason. It can be taken up again.")]


_SAID = {
    Decision.SAME_PERSON: _said_of_one, Decision.MOVED: _said_of_moving, Decision.TAKE_IN: _said_of_taking_in,
    Decision.LEAVE_OUT: _said_of_leaving_out,
}  # fmt: skip
