"""Items of a copy on disk, encrypted: one file a section, one line an item.

What an officer looked through is what goes out: the files of the copy are written from these, and nothing is read from
the tables again. Files that somebody sent stay where they are until then, so that one that is destroyed in the meantime
goes to nobody.
"""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Self

from django.utils.translation import gettext as _

from apps.core.erasers import HeldFile, Item, Value
from apps.core.files import EncryptedWriter, open_stored

FOLDER = "access"
FILE = "file"  # the key of the value that says by which name the copy contains the item's file
MOST_ORIGINS = 50
_SAFE = re.compile(r"[A-Za-z0-9-]{1,40}")


@dataclass
class Section:
    """What lies in one section: the stored file, how many items, how many of them are to be looked at, how many have a
    file, the columns (key and title of every value that occurs) and from whom the items came.
    """

    code: str
    file: str
    count: int = 0
    flagged: int = 0
    files: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    origins: list[str] = field(default_factory=list)

    def add(self, item: Item) -> None:
        """Count an item."""
        self.count += 1
        self.flagged += is_flagged(item)
        self.files += item.file is not None
        for value in item.values:
            self.columns.setdefault(value.key, value.title)
        if item.origin and item.origin not in self.origins and len(self.origins) < MOST_ORIGINS:
            self.origins.append(item.origin)

    def to_json(self) -> dict[str, Any]:
        """As AccessPackage.contents keeps it."""
        return {**vars(self), "columns": list(self.columns.items())}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """The section of `to_json`."""
        return cls(**{**kept, "columns": dict(kept["columns"])})


def is_flagged(item: Item) -> bool:
    """Whether somebody wrote a part of it in their own words."""
    return any(value.free for value in item.values)


class Stage:
    """Takes items in, whatever their order, each into the file of its section. Holds a frame of each file in memory.

    A context manager: files of what ended with an exception are removed.
    """

    def __init__(self) -> None:
        self.sections: dict[str, Section] = {}
        self._files = 0
        self._writers: dict[str, EncryptedWriter] = {}
        self._stack = ExitStack()

    def add(self, item: Item) -> None:
        """Keep an item; its file is named by its number among all files of the copy."""
        if item.file is not None:
            self._files += 1
            item = replace(item, values=(*item.values, _named(item.file, self._files)))
        if item.category not in self._writers:
            writer = self._stack.enter_context(EncryptedWriter(FOLDER))
            self._writers[item.category] = writer
            self.sections[item.category] = Section(item.category, writer.name)
        self.sections[item.category].add(item)
        self._writers[item.category].write(_line(item))

    def __enter__(self) -> Self:
        self._stack.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)


def _named(file: HeldFile, number: int) -> Value:
    if not (_SAFE.fullmatch(file.stem) and _SAFE.fullmatch(file.ending)):
        raise ValueError("A file of a copy is named by us alone.")
    # Flagged: what is in it, nobody has looked at.
    return Value(FILE, _("file"), f"files/{file.stem}-{number}.{file.ending}", free=True)


def _line(item: Item) -> bytes:
    values = [[value.key, value.title, value.text, value.native, value.free] for value in item.values]
    file = item.file and [item.file.stored, item.file.row, item.file.stem, item.file.ending]
    line = [item.model, item.also, item.title, item.origin, values, file]
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str).encode() + b"\n"


def read_items(section: Section, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Item]]:
    """(number, item) of a section from the number `start` up to `stop`, numbers beginning with 1; lines before it are
    passed over without being taken apart.
    """
    with open_stored(section.file) as file:
        for number, line in enumerate(islice(file, max(start - 1, 0), stop and stop - 1), max(start, 1)):
            yield number, _item(section.code, line)


def _item(category: str, line: bytes) -> Item:
    model, also, title, origin, values, file = json.loads(line)
    held = HeldFile(*file) if file else None
    return Item(model, category, title, tuple(Value(*value) for value in values), origin, tuple(also), held)
