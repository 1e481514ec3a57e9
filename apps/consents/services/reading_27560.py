"""Reading consent records of others: JSON-LD in the shape of the guide to ISO/IEC TS 27560.

The guide's own examples name a key of an object several times, leave out commas and forget brackets. So what is no JSON
is read once more with patience; the reader is told.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Json = Any

MOST_DEPTH = 60
_SPACE = re.compile(r"[\s,]*")
_PLAIN = re.compile(r'[^\s,\[\]{}":]+')


class Unreadable(Exception):
    """This is no consent record, or nothing that could be one."""


@dataclass(frozen=True)
class Document:
    """What was read; `exact` when it was JSON as it should be."""

    content: dict[str, Json]
    exact: bool

    @property
    def records(self) -> list[dict[str, Json]]:
        """The consent records in it: itself, or those that a receipt brings."""
        if is_type(self.content, "ConsentReceipt"):
            return [record for record in many(self.content, "hasRecordOfActivity") if isinstance(record, dict)]
        return [self.content]


def read_document(text: str) -> Document:
    """The consent record or receipt in a text. Raises Unreadable."""
    try:
        content, exact = json.loads(text, object_pairs_hook=_merged), True
    except (ValueError, RecursionError):
        content, exact = _Patient(text).read(), False
    if isinstance(content, dict) and isinstance(content.get("@graph"), list):
        content = next((node for node in content["@graph"] if _is_record(node)), None)
    if not _is_record(content):
        raise Unreadable
    return Document(content, exact)


def _is_record(content: Json) -> bool:
    return isinstance(content, dict) and (is_type(content, "ConsentRecord") or is_type(content, "ConsentReceipt"))


def _merged(pairs: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    """An object; a key that comes several times has all of its values."""
    merged: dict[str, Json] = {}
    for key, value in pairs:
        merged[key] = [*as_list(merged[key]), *as_list(value)] if key in merged else value
    return merged


def as_list(value: Json) -> list[Json]:
    """One value or many, as JSON-LD has it."""
    return value if isinstance(value, list) else [] if value is None else [value]


def local(term: str) -> str:
    """A term without its prefix or address: `dpv:hasPurpose` and `https://w3id.org/dpv#hasPurpose` are one."""
    return re.split(r"[#/:]", term)[-1]


def many(node: Json, *names: str) -> list[Json]:
    """The values of a property, by any of its local names, whatever its prefix."""
    if not isinstance(node, dict):
        return []
    return [value for key, held in node.items() if local(key) in names for value in as_list(held)]


def types(node: Json) -> list[str]:
    """The local names of an object's types; a bare string is its own."""
    if isinstance(node, str):
        return [local(node)]
    return [local(str(name)) for name in many(node, "@type", "type")]


def is_type(node: Json, name: str) -> bool:
    """Whether an object is of a type."""
    return name in types(node)


def anywhere(node: Json, *names: str) -> Iterator[Json]:
    """Values of a property in an object and in all that it holds."""
    if isinstance(node, dict):
        yield from many(node, *names)
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from anywhere(inner, *names)


class _Patient:
    """Reads what was meant to be JSON: commas are space, an end closes whatever is open inside, and in a list a text
    with a colon behind it is the next key of the object around it. Raises Unreadable where that does not help.
    """

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def read(self) -> Json:
        """The first value; what stands behind it is passed over."""
        try:
            return self._value(0)
        except (IndexError, ValueError):
            raise Unreadable from None

    def _next(self) -> str:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _value(self, depth: int) -> Json:
        if depth > MOST_DEPTH:
            raise Unreadable
        sign = self._next()
        if sign == "{":
            return self._object(depth)
        if sign == "[":
            return self._list(depth)
        return self._text_value() if sign == '"' else self._plain()

    def _object(self, depth: int) -> dict[str, Json]:
        self._at += 1
        pairs: list[tuple[str, Json]] = []
        while (sign := self._next()) not in ("}", "]", ""):
            if sign != '"':
                raise Unreadable
            key = self._text_value()
            if self._next() == ":":
                self._at += 1
                pairs.append((key, self._value(depth + 1)))
            else:
                pairs.append(("", key))  # a value without its key
        if sign == "}":
            self._at += 1
        return _merged(pairs)

    def _list(self, depth: int) -> list[Json]:
        self._at += 1
        items: list[Json] = []
        while (sign := self._next()) not in ("]", "}", ""):
            start = self._at
            value = self._value(depth + 1)
            if sign == '"' and self._next() == ":":
                self._at = start
                return items
            items.append(value)
        if sign == "]":
            self._at += 1
        return items

    def _text_value(self) -> str:
        value, self._at = json.decoder.scanstring(self._text, self._at + 1, False)  # type: ignore[attr-defined]
        return str(value)

    def _plain(self) -> Json:
        found = _PLAIN.match(self._text, self._at)
        if not found:
            raise Unreadable
        self._at = found.end()
        return json.loads(found[0])
