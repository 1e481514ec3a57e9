"""A consent record, ours or another's, as a reader sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consents.services.fields_27560 import missing_fields, processes, statuses
from apps.consents.services.reading_27560 import as_list, local, many, types
from apps.consents.services.terms_27560 import MANDATORY, STATE_WORDS

# What a record says, by the properties that say it, in the order in which it is read.
_FIELDS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("identifier of the record"), ("identifier", "hasIdentifier")),
    (gettext_lazy("version of the schema"), ("conformsTo",)),
    (gettext_lazy("person"), ("hasDataSubject",)),
    (gettext_lazy("operator"), ("hasDataController",)),
    (gettext_lazy("processor"), ("hasDataProcessor",)),
    (gettext_lazy("jurisdiction"), ("hasJurisdiction",)),
    (gettext_lazy("law"), ("hasApplicableLaw",)),
    (gettext_lazy("legal basis"), ("hasLegalBasis",)),
    (gettext_lazy("notice that was shown"), ("hasNotice",)),
    (gettext_lazy("how it can be withdrawn"), ("hasConsentControl",)),
    (gettext_lazy("rights"), ("hasRight",)),
    (gettext_lazy("impact assessment"), ("hasImpactAssessment",)),
    (gettext_lazy("parties"), ("hasEntity",)),
    (gettext_lazy("as of"), ("asOf",)),
)
_PROCESS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("purpose"), ("hasPurpose",)),
    (gettext_lazy("service"), ("hasService",)),
    (gettext_lazy("personal data"), ("hasPersonalData",)),
    (gettext_lazy("recipients"), ("hasRecipient", "hasThirdParty")),
    (gettext_lazy("storage"), ("hasStorageCondition",)),
)
_STATE_WORDS = {local(term): word for term, word in STATE_WORDS.items()}
MOST_LETTERS = 2000


@dataclass(frozen=True)
class Said:
    """One act of a record."""

    state: str
    at: str
    by: str
    method: str
    duration: str
    channel: str


@dataclass(frozen=True)
class Shown:
    """A record in pairs of title and text; each process of it likewise; its acts; mandatory fields that it lacks."""

    fields: list[tuple[str, str]]
    processes: list[list[tuple[str, str]]]
    acts: list[Said]
    missing: list[str]


def shown_record(record: dict[str, Any]) -> Shown:
    """What a record says."""
    return Shown(
        fields=list(_pairs(record, _FIELDS)),
        processes=[pairs for node in processes(record) if (pairs := list(_pairs(node, _PROCESS)))],
        acts=[_said(event) for event in statuses(record)],
        missing=[str(MANDATORY[name]) for name in missing_fields(record)],
    )


def _pairs(node: Any, fields: tuple[tuple[str | Promise, tuple[str, ...]], ...]) -> Iterator[tuple[str, str]]:
    for title, names in fields:
        text = " · ".join(filter(None, (_text(value) for value in many(node, *names))))
        if text:
            yield str(title), text[:MOST_LETTERS]


def _text(value: Any) -> str:
    """A value in words: terms by their local names, objects by what they hold."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    if isinstance(value, dict):
        inner = (f"{local(key)}: {_text(held)}" for key, held in value.items() if key not in ("@type", "@context"))
        kind = ", ".join(types(value))
        return f"{kind} ({'; '.join(inner)})" if kind else "; ".join(inner)
    return _moment(str(value))


def _moment(text: str) -> str:
    """A moment as the reader writes it; any other text as it is."""
    if len(text) < len("2024-01-01T00:00") or "T" not in text:
        return text
    try:
        found: datetime | None = parse_datetime(text)
    except ValueError:
        return text
    return str(date_format(localtime(found), "SHORT_DATETIME_FORMAT")) if found and is_aware(found) else text


def _said(event: Any) -> Said:
    states = [str(_STATE_WORDS[name]) for name in types(event) if name in _STATE_WORDS]
    return Said(
        state=", ".join(states) or ", ".join(types(event)) or _("not stated"),
        at=_first(event, "isIndicatedAtTime", "date"),
        by=_first(event, "isIndicatedBy"),
        method=_first(event, "hasIndicationMethod"),
        duration=_first(event, "hasDuration"),
        channel=_first(event, "channel"),
    )


def _first(event: Any, *names: str) -> str:
    return ", ".join(_text(value) for value in as_list(many(event, *names)) if value)
