"""How a person's values look on the screen: masked for everybody, plain for whoever may see them now."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.identifiers import DOT, mask_email, mask_words
from apps.subjects.choices import VALUE_TITLES
from apps.subjects.models import Identifier, PersonalRecord

VALUE_CODES: dict[str, str | Promise] = {
    "gender:female": _("female"),
    "gender:male": _("male"),
    "marketing_consent:yes": _("yes"),
    "marketing_consent:no": _("no"),
    **{f"language:{code}": title for code, title in settings.LANGUAGES},
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
    """The records of one category of data; `more` when there are further ones."""

    code: str
    title: str
    records: list[ShownRecord]
    more: bool = False


def mask_value(key: str, value: Any) -> str:
    """What may be seen of any value: first letters of a name or text, nothing of numbers, dates and codes."""
    if key in {code.partition(":")[0] for code in VALUE_CODES}:
        return DOT * 4
    if isinstance(value, str) and "@" in value:
        return mask_email(value)
    if isinstance(value, str) and not any(letter.isdigit() for letter in value):
        return mask_words(" ".join(word for word in value.split()[:3] if len(word) > 2)) or DOT * 4
    return DOT * 4


def plain_value(key: str, value: Any) -> str:
    """A value as text in the reader's language: codes by their titles, dates as dates."""
    shown = native_value(key, value)
    if isinstance(shown, str):
        return shown
    return str(date_format(shown, "SHORT_DATETIME_FORMAT" if isinstance(shown, datetime) else "SHORT_DATE_FORMAT"))


def native_value(key: str, value: Any) -> str | date | datetime:
    """A value for whatever writes dates in its own way: codes by their titles, moments in the reader's time zone."""
    code = VALUE_CODES.get(f"{key}:{value}")
    if code is not None:
        return str(code)
    moment = _moment(str(value)) if key.endswith(("_at", "_date")) else None
    return str(value) if moment is None else moment


def _moment(text: str) -> date | datetime | None:
    """The date or moment that an ISO 8601 text names; None for any other text."""
    for parse in (parse_date, parse_datetime):
        try:
            found = parse(text)
        except ValueError:
            continue
        if found is not None:
            return timezone.localtime(found) if isinstance(found, datetime) and timezone.is_aware(found) else found
    return None


def show_identifier(identifier: Identifier, *, revealed: bool) -> str:
    """The identifier, masked unless revealed."""
    return identifier.value if revealed else identifier.masked


def value_title(key: str) -> str | Promise:
    """What a value of a record is called, in the reader's language."""
    return VALUE_TITLES.get(key, key.replace("_", " "))


def show_record(record: PersonalRecord, *, revealed: bool) -> ShownRecord:
    """The record, its values masked unless revealed."""
    show = plain_value if revealed else mask_value
    values = [Shown(value_title(key), show(key, item)) for key, item in record.payload.items()]
    return ShownRecord(
        origin=record.partner.name,
        source=record.get_source_display(),
        observed_at=record.observed_at,
        recorded_at=record.recorded_at,
        replaced_at=record.superseded_at,
        values=values,
    )


def show_records(records: list[PersonalRecord], *, most: int, revealed: bool) -> list[ShownCategory]:
    """Records, which come ordered by category, under their categories, at most `most` of each."""
    groups: dict[str, list[PersonalRecord]] = {}
    for record in records:
        groups.setdefault(record.category_id, []).append(record)
    return [
        ShownCategory(
            code, rows[0].category.title, [show_record(row, revealed=revealed) for row in rows[:most]], len(rows) > most
        )
        for code, rows in groups.items()
    ]
