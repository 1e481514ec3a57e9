"""Bringing a list's addresses, as digests, into the temporary table in which they are judged."""

import itertools
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from apps.campaigns.choices import LAST_INVALID, LAST_PASSED, Part, Why
from apps.campaigns.engine.lists import ListLayout
from apps.campaigns.engine.parsing import PLACE_BITS, Parsed, Parser
from apps.campaigns.engine.records import Records, line_ends
from apps.campaigns.engine.sources import ListSource
from apps.campaigns.services.judging import found
from apps.core.workers import workers
from apps.imports.engine.refusals import Refused
from apps.imports.engine.staged import COPY_END, COPY_HEAD

# Below this size a list is parsed sooner than other processes are started.
ALONE_BYTES = 2 * 1024 * 1024
# Blocks that go to the database together; after each, progress is told.
BLOCKS_AT_ONCE = 8
_COPY = "COPY scrub_rows (key, contact, digest) FROM STDIN (FORMAT BINARY)"

Progress = Callable[[int], None]


@dataclass
class Block:
    """Records that lie behind one another: the bytes of each, and a Why for each."""

    lengths: "array[int]"
    states: bytearray

    @property
    def size(self) -> int:
        """All of its bytes."""
        return sum(self.lengths)


@dataclass
class ScrubbedList:
    """What became of a list: the bytes up to the end of its header, then its blocks. A few bytes a row."""

    head: bytes = b""
    blocks: list[Block] = field(default_factory=list)

    def mark_found(self) -> None:
        """Put in what the judgement found."""
        for number, places, reasons in found(PLACE_BITS):
            states = self.blocks[number].states
            for place, why in zip(places, reasons, strict=True):
                states[place] = why

    def reasons(self) -> dict[str, int]:
        """Rows by the code of what became of them."""
        counted = {why: sum(block.states.count(why) for block in self.blocks) for why in Why if why != Why.BLANK}
        return {why.code: rows for why, rows in counted.items() if rows}

    def figures(self) -> dict[str, int]:
        """Rows kept, removed, invalid, and all."""
        figures = dict.fromkeys([*Part.values, "rows"], 0)
        for code, rows in self.reasons().items():
            figures[part_of(Why[code.upper()])] += rows
            figures["rows"] += rows
        return figures


def part_of(state: int) -> str:
    """The file that a row goes to."""
    if state <= LAST_PASSED:
        return Part.KEPT.value
    return Part.INVALID.value if state <= LAST_INVALID else Part.REMOVED.value


def read_list(source: ListSource, layout: ListLayout, *, size: int, scope: str, progress: Progress) -> ScrubbedList:
    """Fill `scrub_rows`. `size` is that of the list in bytes; `scope` the code of the partner whose cards it names.

    Raises Refused.
    """
    records = Records(layout.delimiter)
    blocks = records.blocks(source.chunks())
    first = next(blocks, b"")
    head = _head(records, first, layout.header_line)
    scrubbed = ScrubbedList(head)
    numbered = enumerate(itertools.chain([first[len(head) :]], blocks))
    columns = [(column.position, column.kind, column.contact) for column in layout.columns]
    arguments: dict[str, Any] = {
        "delimiter": layout.delimiter,
        "codec": source.codec,
        "columns": columns,
        "scope": scope,
    }
    if size <= ALONE_BYTES:
        _copy(map(Parser(**arguments), numbered), scrubbed, progress)
    else:
        with workers(f"{Parser.__module__}.{Parser.__name__}", arguments, with_apps=False) as pool:
            _copy(pool.map(numbered), scrubbed, progress)
    return scrubbed


def _head(records: Records, block: bytes, header_line: int) -> bytes:
    """Everything up to the end of the header."""
    line, end = 1, 0
    for record in records.split(block) if header_line else ():
        end += len(record)
        if line >= header_line:
            return block[:end]
        line += line_ends(record)
    return block[:end]


def _copy(parsed: Iterable[Parsed], scrubbed: ScrubbedList, progress: Progress) -> None:
    rows = 0
    for group in _groups(parsed):
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write(COPY_HEAD)
            for block in group:
                copy.write(block.rows)
                scrubbed.blocks.append(Block(array("I", block.lengths), bytearray(block.states)))
                rows += len(block.states) - block.states.count(Why.BLANK)
            copy.write(COPY_END)
        progress(rows)
    if not rows:
        raise Refused("no-rows")


def _groups(parsed: Iterable[Parsed]) -> Iterator[Iterator[Parsed]]:
    stream = iter(parsed)
    for first in stream:
        yield itertools.chain([first], itertools.islice(stream, BLOCKS_AT_ONCE - 1))
