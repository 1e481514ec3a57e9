"""A list cut into records, each with exactly its bytes: what is kept of a list is kept as it came.

Works on encodings in which a quote, a delimiter and a line end are a byte each that is never part of a letter: UTF-8
and the Cyrillic code pages. Cells are read as Python's csv module reads them when it is not strict: a quote opens a
cell only as its first character, and what stands behind the closing one belongs to the cell.
"""

import csv
import re
from collections.abc import Iterable, Iterator

from apps.imports.engine.refusals import Refused
from apps.imports.engine.table import MAX_LINE

_QUOTE = b'"'


class Records:
    """The grammar of one delimiter."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        mark = re.escape(delimiter.encode())
        quoted = rb'"[^"]*+(?:""[^"]*+)*+"[^' + mark + rb"\r\n]*+"
        cell = rb"(?:" + quoted + rb'|(?!")[^' + mark + rb"\r\n]*+)"
        body = cell + rb"(?:" + mark + cell + rb")*+"
        self._whole = re.compile(rb"(?:" + body + rb"(?:\r\n|\n|\r(?!\n|\Z)))*+")
        self._record = re.compile(body + rb"(?:\r\n|\n|\r|\Z)")

    def blocks(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The list in pieces that end where a record ends. Raises Refused `unclosed-quote`, `line-too-long`."""
        pending, lines = b"", 0
        for chunk in chunks:
            pending += chunk
            cut = self._cut(pending)
            if not cut and len(pending) > MAX_LINE:
                raise self._endless(pending, lines)
            if cut:
                lines += line_ends(pending[:cut])
                yield pending[:cut]
                pending = pending[cut:]
        if pending:
            if sum(map(len, self.split(pending))) != len(pending):
                raise self._endless(pending, lines)
            yield pending

    def _cut(self, data: bytes) -> int:
        """Behind the last record that is certainly complete."""
        if _QUOTE not in data:
            return data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, -1) + 1
        match = self._whole.match(data)
        return match.end() if match else 0

    def split(self, block: bytes) -> list[bytes]:
        """The records of a block, with their line ends."""
        if _QUOTE not in block:
            return block.splitlines(keepends=True)
        return [record for record in self._record.findall(block) if record]

    def _endless(self, pending: bytes, lines: int) -> Refused:
        """Why no record ends there: a quote that never closes, or one line without end."""
        match = self._whole.match(pending)
        start = match.end() if match else 0
        line = lines + line_ends(pending[:start]) + 1
        if _QUOTE in pending[start : start + MAX_LINE]:
            return Refused("unclosed-quote", line=line)
        return Refused("line-too-long", line=line, limit=MAX_LINE)

    def cells(self, record: bytes, encoding: str) -> list[str]:
        """The cells of one record. A letter that can't be read becomes U+FFFD. Raises csv.Error for an endless cell."""
        text = record.decode(encoding, "replace")
        return next(csv.reader([text], delimiter=self.delimiter), [])


def line_ends(data: bytes) -> int:
    """How many lines end in it."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
