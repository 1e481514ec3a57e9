"""How a list is laid out: its delimiter, its header, and which columns say whom a row is about."""

import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from apps.campaigns.choices import HASH
from apps.campaigns.engine.refusals import Unclear
from apps.campaigns.engine.sources import ListSource
from apps.core.choices import IdentifierKind
from apps.core.identifiers import normalise_opaque
from apps.imports.engine.columns import Column, header_key
from apps.imports.engine.layout import DELIMITERS, Candidate, sample_of
from apps.imports.engine.person_columns import PersonResource
from apps.imports.engine.refusals import Refused
from apps.imports.engine.understanding import first_cells, looks_like
from apps.optouts.services.take_from_person import REACHED_BY

SAMPLE_BYTES = 256 * 1024
_HASH = re.compile(r"[0-9A-Fa-f]{64}")
_NUMBERED = re.compile(r"#?(\d{1,4})")


class ListResource(PersonResource):
    """What names a person in a campaign's list."""

    push = Column(
        "push token", "Push-токен", "Push-токен", identifies=IdentifierKind.PUSH, parse=normalise_opaque,
        synonyms="fcm token|apns token|registration token|пуш токен|firebase token",
    )  # fmt: skip


@dataclass(frozen=True)
class ListColumn:
    """A column with identifiers of a kind; by those of a `contact` column the campaign reaches people."""

    position: int
    kind: str
    contact: bool


@dataclass(frozen=True)
class ListLayout:
    """`header_line` is 0 for a list without titles; `titles` are then `#1`, `#2`, …"""

    delimiter: str
    header_line: int
    titles: tuple[str, ...]
    columns: tuple[ListColumn, ...]

    def to_json(self) -> dict[str, Any]:
        """As a campaign keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """From what a campaign keeps."""
        columns = tuple(ListColumn(**column) for column in data["columns"])
        return cls(data["delimiter"], data["header_line"], tuple(data["titles"]), columns)

    def contact_titles(self) -> list[str]:
        """The titles of the columns by which people are reached."""
        return [self.titles[column.position] for column in self.columns if column.contact]


@dataclass(frozen=True)
class Look:
    """The beginning of a list: its delimiter, its header and the first cells of each column."""

    delimiter: str
    header_line: int
    titles: tuple[str, ...]
    cells: list[list[str]]


def look_at(source: ListSource) -> Look:
    """What the beginning of a list shows. Raises Refused."""
    sample = _beginning(source)
    candidates = [Candidate(delimiter, rows, error) for delimiter in DELIMITERS
                  for rows, error in [sample_of(lambda: io.BytesIO(sample), source.codec, delimiter)]]  # fmt: skip
    best = max(candidates, key=lambda candidate: candidate.score(ListResource))
    if not best.sample:
        raise best.error or Refused("empty")
    header = best.header(ListResource)
    body = [row for row in best.sample if header is None or row.line > header.line]
    if header is not None and not body and len(sample) < SAMPLE_BYTES:
        raise best.error or Refused("no-rows")
    width = len(header.cells) if header else max(len(row.cells) for row in best.sample)
    titles = tuple(cell.strip() for cell in header.cells) if header else tuple(f"#{n + 1}" for n in range(width))
    return Look(best.delimiter, header.line if header else 0, titles, first_cells(body, width))


def _beginning(source: ListSource) -> bytes:
    data = b""
    for chunk in source.chunks():
        data += chunk
        if len(data) >= SAMPLE_BYTES:
            break
    # Not cut in the middle of a letter: the end of the last line will do.
    return data if len(data) < SAMPLE_BYTES else data[: data.rfind(b"\n", 0, SAMPLE_BYTES) + 1 or SAMPLE_BYTES]


def lay_out(source: ListSource, channel: str, *, column: str = "", hashed: bool = False) -> ListLayout:
    """The layout of a list that goes out by `channel`. `column` names the one with the addresses, by its title or its
    number. Raises Unclear when it has to be named, Refused for what nobody's word could mend.
    """
    look = look_at(source)
    reached = (HASH,) if hashed else REACHED_BY[channel]
    fields = [HASH if hashed and _all_hashes(cells) else ListResource.field_of(title)
              for title, cells in zip(look.titles, look.cells, strict=True)]  # fmt: skip
    if column:
        chosen = _position(look, column)
        kind = _kind_of(fields[chosen], look.cells[chosen], reached)
        contacts = [ListColumn(chosen, kind, True)]
    else:
        contacts = _contacts(look, fields, reached)
    taken = {contact.position for contact in contacts}
    others = [] if hashed else [ListColumn(index, field, False) for index, field in enumerate(fields)
                                if field and field not in reached and index not in taken]  # fmt: skip
    return ListLayout(look.delimiter, look.header_line, look.titles, (*contacts, *others))


def _contacts(look: Look, fields: Sequence[str], reached: Sequence[str]) -> list[ListColumn]:
    """Columns whose title says that they hold addresses of the channel; else the one whose cells do."""
    named = [ListColumn(index, field, True) for index, field in enumerate(fields) if field in reached]
    if named:
        return named
    kinds = [looks_like(cells) if not field else "" for field, cells in zip(fields, look.cells, strict=True)]
    found = [ListColumn(index, kind, True) for index, kind in enumerate(kinds) if kind in reached]
    if len(found) == 1:
        return found
    if found:
        raise Unclear("two-addresses", columns=[look.titles[column.position] for column in found])
    raise Unclear("no-hashes" if HASH in reached else "no-address", columns=list(look.titles[:20]))


def _position(look: Look, column: str) -> int:
    """The column of this title; `3` and `#3` are the third where no title says so."""
    keys = [title.strip().casefold() for title in look.titles]
    wanted = column.strip().casefold()
    if wanted in keys:
        return keys.index(wanted)
    looser = [header_key(title) for title in look.titles]
    if header_key(column) and looser.count(header_key(column)) == 1:
        return looser.index(header_key(column))
    number = _NUMBERED.fullmatch(wanted)
    if number and 1 <= int(number[1]) <= len(look.titles):
        return int(number[1]) - 1
    raise Unclear("no-column", column=column, columns=list(look.titles[:20]))


def _kind_of(field: str, cells: Sequence[str], reached: Sequence[str]) -> str:
    """What a column that somebody named holds: of several kinds that the channel reaches the one that it looks like."""
    guesses = itertools.chain([field, looks_like(cells)], reached)
    return next(str(kind) for kind in guesses if kind in reached)


def _all_hashes(cells: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and sum(bool(_HASH.fullmatch(cell)) for cell in filled) * 10 >= len(filled) * 6
