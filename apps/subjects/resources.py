"""The list of people as a file: a person a line, with what the desk may show of them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.choices import IdentifierKind
from apps.core.exporting import Cell, Column, ListResource, PersonalColumn, plain_cell
from apps.subjects.choices import VALUE_TITLES, RestrictionReason
from apps.subjects.models import Identifier, PersonalRecord, Subject
from apps.subjects.presenting import mask_value, native_value, show_identifier, value_title

_SEVERAL = ", "


def _identifiers(kind: IdentifierKind) -> PersonalColumn:
    """Every identifier of one kind, the first known first."""

    def show(subject: Any, *, revealed: bool) -> str:
        return _SEVERAL.join(show_identifier(row, revealed=_may(subject, revealed)) for row in subject.held[kind])

    return PersonalColumn(kind.label, show=show)


def _values(key: str) -> PersonalColumn:
    """What the origins say of one thing, the latest first, each answer once."""

    def show(subject: Any, *, revealed: bool) -> Cell:
        told = subject.told[key]
        return _answers(key, told, revealed=_may(subject, revealed)) if told else ""

    return PersonalColumn(value_title(key), show=show)


def _may(subject: Subject, revealed: bool) -> bool:
    """Blocked data is kept, not used: it goes into no file."""
    return revealed and not subject.restricted


def _answers(key: str, told: list[Any], *, revealed: bool) -> Cell:
    show = native_value if revealed else mask_value
    cells = list(dict.fromkeys(plain_cell(show(key, value)) for value in told))
    return cells[0] if len(cells) == 1 else " / ".join(map(str, cells))


def _further(subject: Any, *, revealed: bool) -> str:
    """What has no column of its own."""
    may = _may(subject, revealed)
    further = ((key, told) for key, told in subject.told.items() if told and key not in VALUE_TITLES)
    return "; ".join(f"{value_title(key)}: {_answers(key, told, revealed=may)}" for key, told in further)


def _origins(subject: Any) -> str:
    return _SEVERAL.join(subject.origins)


class PeopleResource(ListResource):
    """People, their identifiers, and what each origin says of them once; not what they did from day to day."""

    file_name = "people"

    reference = Column(_("person"), "reference")
    phone = _identifiers(IdentifierKind.PHONE)
    email = _identifiers(IdentifierKind.EMAIL)
    token = _identifiers(IdentifierKind.TOKEN)
    card = _identifiers(IdentifierKind.CARD)
    restricted_at = Column(_("blocked since"), "restricted_at")
    restriction_reason = Column(_("reason for blocking"), "restriction_reason", codes=RestrictionReason)
    created_at = Column(_("known since"), "created_at")

    def __init__(self, **kwargs: Any) -> None:
        """With a column for each value that records hold."""
        super().__init__(**kwargs)
        self.fields |= {f"value_{key}": _values(key) for key in VALUE_TITLES}
        self.fields["further"] = PersonalColumn(_("further values"), show=_further)
        self.fields["origins"] = Column(_("data from"), show=_origins)

    def complete(self, rows: Sequence[Any]) -> None:
        """Give each person `held`, identifiers by kind, `told`, values by key, and `origins`.

        Read here and not as a prefetch, which would tie people and what is theirs into rings: long lists would then
        wait in memory for the collector of garbage.
        """
        people = {person.pk: person for person in rows}
        for person in rows:
            person.held, person.told, person.origins = defaultdict(list), defaultdict(list), {}
        for identifier in Identifier.objects.filter(subject__in=people).order_by("pk"):
            people[identifier.subject_id].held[identifier.kind].append(identifier)
        for record in PersonalRecord.objects.standing(people).select_related("partner"):
            person = people[record.subject_id]
            person.origins[record.partner.name] = None
            for key, value in record.payload.items():
                person.told[key].append(value)
