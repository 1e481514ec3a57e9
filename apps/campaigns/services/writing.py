"""Giving a scrubbed list back: kept rows byte for byte, the others with the reason behind them."""

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.campaigns.choices import LAST_PASSED, Part, Why
from apps.campaigns.engine.lists import ListLayout
from apps.campaigns.engine.records import Records
from apps.campaigns.engine.sheets import Cell, SheetWriter, Sink
from apps.campaigns.engine.sources import ListSource, SheetList
from apps.campaigns.services.reading import Block, ScrubbedList, part_of
from apps.core.identifiers import Unusable
from apps.core.spreadsheet import harmless
from apps.imports.services.rejecting import FOLDED
from apps.optouts.services.mint import Mailing, Minted, Minter
from apps.optouts.services.mint_file import ADDED_COLUMNS

_NOT_PASSED = re.compile(rb"[^\x00-" + re.escape(bytes([LAST_PASSED])) + rb"]")
_NO_LINK = Minted("")

# Sees (state, cells) of every row that does not stay.
Watcher = Callable[[int, list[str]], None]


class Reasons:
    """The two columns behind a row that does not stay: a code for machines, words for people."""

    def __init__(self) -> None:
        self.titles = ["reason_code", _("Reason")]
        self._words = {why.value: [why.code, str(why.label)] for why in Why}

    def of(self, state: int) -> list[str]:
        """The two cells."""
        return self._words[state]


class Links:
    """The three columns with a person's unsubscribe link and the headers that carry it. Counts what it made."""

    titles = list(ADDED_COLUMNS)

    def __init__(self, mailing: Mailing, positions: list[int]) -> None:
        self._mint = Minter(mailing)
        self._positions = positions
        self.made = 0

    def of(self, cells: list[str]) -> list[str]:
        """The three cells of a row, by the first of its addresses that can be used."""
        minted = next(filter(None, map(self._minted, self._addresses(cells))), _NO_LINK)
        self.made += minted is not _NO_LINK
        return [minted.unsubscribe_url, minted.list_unsubscribe, minted.list_unsubscribe_post]

    def _addresses(self, cells: list[str]) -> Iterator[str]:
        return (cells[position] for position in self._positions if position < len(cells))

    def _minted(self, raw: str) -> Minted | None:
        try:
            return self._mint(raw)
        except Unusable:
            return None


class TextOutput:
    """Text lists: slices of the list itself go to what is kept."""

    def __init__(
        self, source: ListSource, layout: ListLayout, sinks: Mapping[str, Sink], links: Links | None,
        watch: Watcher | None,
    ) -> None:  # fmt: skip
        self._source = source
        self._records = Records(layout.delimiter)
        self._width = len(layout.titles)
        self._titled = bool(layout.header_line)
        self._sinks = sinks
        self._links = links
        self._watch = watch
        self._reasons = Reasons()

    def write(self, scrubbed: ScrubbedList) -> None:
        """Everything, in the order of the list."""
        stream = _Stream(self._source.chunks())
        stream.take(len(scrubbed.head))
        self._write_heads(scrubbed.head)
        for block in scrubbed.blocks:
            self._write_block(block, stream.take(block.size))

    def _put(self, part: str, data: bytes) -> None:
        if part in self._sinks and data:
            self._sinks[part].write(self._source.written(data))

    def _write_heads(self, head: bytes) -> None:
        for part, sink in self._sinks.items():
            sink.write(self._source.bom)
            added = self._reasons.titles if part != Part.KEPT else self._links.titles if self._links else []
            self._put(part, self._headed(head, added))

    def _headed(self, head: bytes, added: list[str]) -> bytes:
        if not added or not self._titled:
            return head
        *before, header = self._records.split(head)
        return b"".join(before) + self._widened(header, self._width, added)

    def _write_block(self, block: Block, data: bytes) -> None:
        ends = [0, *itertools.accumulate(block.lengths)]
        passed = 0
        for match in _NOT_PASSED.finditer(block.states):
            place = match.start()
            self._pass_on(data, ends, block, passed, place)
            self._leave_out(block.states[place], data[ends[place] : ends[place + 1]])
            passed = place + 1
        self._pass_on(data, ends, block, passed, len(block.states))

    def _pass_on(self, data: bytes, ends: list[int], block: Block, first: int, last: int) -> None:
        """Records `first` up to `last`, all of which stay."""
        if self._links is None:
            self._put(Part.KEPT, data[ends[first] : ends[last]])
            return
        for place in range(first, last):
            record = data[ends[place] : ends[place + 1]]
            if block.states[place] == Why.KEPT:
                cells = self._records.cells(record, self._source.codec)
                record = self._widened(record, len(cells), self._links.of(cells))
            self._put(Part.KEPT, record)

    def _leave_out(self, state: int, record: bytes) -> None:
        part = part_of(state)
        if part not in self._sinks and self._watch is None:
            return
        cells = self._cells(record)
        if self._watch is not None:
            self._watch(state, cells)
        if part in self._sinks:
            safe = [harmless(cell) for cell in cells]
            body = record if safe == cells else self._encoded(_line(safe, self._records.delimiter)) + b"\r\n"
            self._put(part, self._widened(body, len(cells), self._reasons.of(state)))

    def _cells(self, record: bytes) -> list[str]:
        try:
            return self._records.cells(record, self._source.codec)
        except csv.Error:  # an endless cell: it goes out as it is
            return []

    def _widened(self, record: bytes, cells: int, added: list[str]) -> bytes:
        """The record as it is, empty cells where it was short, the new cells, and its own line end."""
        body = record.rstrip(b"\r\n")
        mark = self._records.delimiter
        more = mark * (max(self._width - cells, 0) + 1) + _line(added, mark)
        return body + self._encoded(more) + (record[len(body) :] or b"\n")

    def _encoded(self, text: str) -> bytes:
        codec = self._source.codec
        return (text if codec == "utf-8" else text.translate(FOLDED)).encode(codec, "replace")


class SheetOutput:
    """Workbooks: values as they were, each shown as it was; formulas have become their results."""

    def __init__(
        self, source: SheetList, layout: ListLayout, sinks: Mapping[str, Sink], links: Links | None,
        watch: Watcher | None,
    ) -> None:  # fmt: skip
        self._source = source
        self._layout = layout
        self._sinks = sinks
        self._links = links
        self._watch = watch
        self._reasons = Reasons()
        self._records = Records(layout.delimiter)

    def write(self, scrubbed: ScrubbedList) -> None:
        """Everything, in the order of the sheet."""
        writers = {part: SheetWriter(sink) for part, sink in self._sinks.items()}
        rows = self._source.rows()
        self._write_heads(writers, itertools.islice(rows, self._rows_of_head(scrubbed.head)))
        states = (state for block in scrubbed.blocks for state in block.states if state != Why.BLANK)
        for state, row in zip(states, rows, strict=True):
            self._write_row(writers, state, row)
        for writer in writers.values():
            writer.__exit__(None, None, None)

    def _rows_of_head(self, head: bytes) -> int:
        return sum(bool(record.strip()) for record in self._records.split(head))

    def _write_heads(self, writers: Mapping[str, SheetWriter], rows: Iterator[list[Cell]]) -> None:
        *before, header = [*rows] or [[]]
        for part, writer in writers.items():
            added = self._reasons.titles if part != Part.KEPT else self._links.titles if self._links else []
            for row in before:
                writer.row(row)
            if header:
                writer.row([*header, *((title, "") for title in added)])

    def _write_row(self, writers: Mapping[str, SheetWriter], state: int, row: list[Cell]) -> None:
        part = part_of(state)
        gap: list[Cell] = [(None, "")] * max(len(self._layout.titles) - len(row), 0)
        texts = ["" if value is None else str(value) for value, _shown in row]
        if part != Part.KEPT and self._watch is not None:
            self._watch(state, texts)
        if part not in writers:
            return
        added = self._reasons.of(state) if part != Part.KEPT else self._links.of(texts) if self._links else []
        writers[part].row([*row, *gap, *((cell, "") for cell in added)] if added else row)


def _line(cells: list[str], delimiter: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="").writerow(cells)
    return buffer.getvalue()


class _Stream:
    """Chunks, taken in pieces of other sizes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._pending = b""

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        while len(self._pending) < count:
            self._pending += next(self._chunks)
        taken, self._pending = self._pending[:count], self._pending[count:]
        return taken


def write_back(
    source: Any, layout: ListLayout, scrubbed: ScrubbedList, sinks: Mapping[str, Sink], *,
    links: Links | None = None, watch: Watcher | None = None,
) -> None:  # fmt: skip
    """Write every part that has a sink."""
    kind = SheetOutput if isinstance(source, SheetList) else TextOutput
    kind(source, layout, sinks, links, watch).write(scrubbed)
