"""The files of a copy, each in pieces, in the language that is active: in memory is a chunk of items, never all."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.csv_file import CsvFile
from apps.core.erasers import Value
from apps.policies.contacts import contacts
from apps.support.access.register import Facts
from apps.support.access.withholding import Given, Marks, given_items
from apps.support.models import AccessPackage

FORMAT = "amanat-copy-1"
SCHEMA = Path(__file__).with_name("schema.json")
ITEMS_A_CHUNK = 100
_TEMPLATES = "support/access/copy"


def _chunks(facts: Facts, marks: Marks) -> Iterator[list[Given]]:
    items = given_items(facts.section, marks)
    while chunk := list(islice(items, ITEMS_A_CHUNK)):
        yield chunk


def readable(package: AccessPackage, sections: Sequence[Facts], marks: Marks) -> Iterator[bytes]:
    """The page for people: by category what is held, why, from where, who may have it and for how long; and the
    rights. Stands for itself: no script, nothing from elsewhere.
    """
    about = {
        "copy": package, "reference": package.request.reference, "operator": settings.OPERATOR_NAME,
        "contacts": contacts(), "sections": sections, "language": package.language,
        "styles": render_to_string(f"{_TEMPLATES}.css"),
    }  # fmt: skip
    yield _part("head", about)
    for facts in sections:
        yield _part("section", {"facts": facts})
        for chunk in _chunks(facts, marks):
            yield _part("items", {"items": chunk})
        yield _part("end", {})
    yield _part("foot", about)


def _part(name: str, context: dict[str, Any]) -> bytes:
    return render_to_string(f"{_TEMPLATES}_{name}.html", context).encode()


def machine(package: AccessPackage, sections: Sequence[Facts], marks: Marks) -> Iterator[bytes]:
    """The same for machines: JSON that fits SCHEMA."""
    head = {
        "$schema": SCHEMA.name, "format": FORMAT, "reference": package.request.reference,
        "as_of": localtime(package.as_of).isoformat(timespec="seconds"), "language": package.language,
        "operator": settings.OPERATOR_NAME, "register": [facts.to_json() for facts in sections],
    }  # fmt: skip
    yield _json(head)[:-1] + b',"items":['
    comma = b""
    for facts in sections:
        for chunk in _chunks(facts, marks):
            lines = b",\n".join(_json(_machine_item(facts.section.code, item)) for item in chunk)
            yield comma + b"\n" + lines
            comma = b","
    yield b"\n]}\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _machine_item(category: str, item: Given) -> dict[str, Any]:
    place = {"category": category, "number": item.number}
    if item.reason:
        return {**place, "withheld": item.reason}
    values = [_machine_value(value) for value in item.values]
    gaps = [{"key": key, "title": title, "withheld": reason} for key, (title, reason) in item.withheld.items()]
    source = {"source": item.origin} if item.origin else {}
    return {**place, "kind": item.model, "title": item.title, **source, "values": values + gaps}


def _machine_value(value: Value) -> dict[str, Any]:
    native = value.text if value.native is None else value.native
    return {"key": value.key, "title": value.title, "text": value.text, "value": native}


def table(facts: Facts, marks: Marks) -> Iterator[bytes]:
    """A category as CSV: one line an item, a column for every value that occurs in it."""
    file = CsvFile(title=facts.title, language=get_language() or "ky")
    columns = list(facts.section.columns)
    yield file.head([_("number"), _("entry"), _("source"), *facts.section.columns.values()])
    for chunk in _chunks(facts, marks):
        yield file.lines([_cells(item, columns) for item in chunk])
    yield file.tail()


def _cells(item: Given, columns: Sequence[str]) -> list[str | int]:
    told = {value.key: value.text for value in item.values}
    told |= {key: _("withheld") for key in item.withheld}
    title = f"{item.title}: {item.why}" if item.reason else item.title
    return [item.number, title, item.origin, *(told.get(key, "") for key in columns)]
