"""How a person's values look on the screen: masked for everybody, plain for whoever may see them now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.identifiers import DOT, mask_email, mask_words
from apps.subjects.models import Identifier, PersonalRecord

# Titles of the values that records hold; a key without one is shown as it is.
VALUE_TITLES: dict[str, str | Promise] = {
    "name": _("name"),
    "full_name": _("full name"),
    "first_name": _("first name"),
    "last_name": _("last name"),
    "middle_name": _("patronymic"),
    "birth_date": _("date of birth"),
    "gender": _("gender"),
    "language": _("language"),
    "address": _("address"),
    "city": _("city"),
    "email": _("e-mail"),
    "phone": _("phone"),
    "card": _("card"),
    "token": _("token"),
    "points": _("points"),
    "balance": _("points"),
    "tier": _("level"),
    "joined": _("member since"),
    "joined_on": _("member since"),
    "since": _("member since"),
    "consent": _("agreed to messages"),
    "text": _("text"),
}


@dataclass(frozen=True)
class Shown:
    """One value on the screen."""

    title: str | Promise
    value: str


@dataclass(frozen=True)
class ShownRecord:
    """One record on the screen."""

    origin: str
    source: str
    observed_at: datetime
    recorded_at: datetime
    replaced_at: datetime | None
    values: list[Shown]


@dataclass(frozen=True)
class ShownCategory:
    """The records of one category of data."""

    title: str
    records: list[ShownRecord]


def mask_value(value: Any) -> str:
    """What may be seen of any value: first letters of a name or text, nothing of numbers and dates."""
    if isinstance(value, str) and "@" in value:
        return mask_email(value)
    if isinstance(value, str) and not any(letter.isdigit() for letter in value):
        return mask_words(" ".join(word for word in value.split()[:3] if len(word) > 2)) or DOT * 4
    return DOT * 4


def plain_value(value: Any) -> str:
    """A value as text; lists and documents in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {plain_value(item)}" for key, item in value.items())
    return ", ".join(map(plain_value, value)) if isinstance(value, list) else str(value)


def show_identifier(identifier: Identifier, *, revealed: bool) -> str:
    """The identifier, masked unless revealed."""
    return identifier.value if revealed else identifier.masked


def show_record(record: PersonalRecord, *, revealed: bool) -> ShownRecord:
    """The record, its values masked unless revealed."""
    show = plain_value if revealed else mask_value
    values = [Shown(VALUE_TITLES.get(key, key.replace("_", " ")), show(item)) for key, item in record.payload.items()]
    return ShownRecord(
        origin=record.partner.name,
        source=record.get_source_display(),
        observed_at=record.observed_at,
        recorded_at=record.recorded_at,
        replaced_at=record.superseded_at,
        values=values,
    )


def show_records(records: list[PersonalRecord], *, revealed: bool) -> list[ShownCategory]:
    """Records, which come ordered by category, under their categories."""
    groups: dict[str, list[ShownRecord]] = {}
    for record in records:
        groups.setdefault(record.category.title, []).append(show_record(record, revealed=revealed))
    return [ShownCategory(title, rows) for title, rows in groups.items()]
