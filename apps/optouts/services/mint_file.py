"""Adding unsubscribe links to a campaign's list, whose own bytes stay as they came."""

import csv
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.drafts import Draft
from apps.core.workers import workers
from apps.optouts import actions
from apps.optouts.models import Suppression
from apps.optouts.services.mint import Mailing
from apps.optouts.services.mint_rows import MintedRows, RowMinter, cells_of, extended

ADDED_COLUMNS = ("unsubscribe_url", "list_unsubscribe", "list_unsubscribe_post")
DELIMITERS = ",;\t|"
MAX_RECORD = 1_000_000  # characters; a quote that never closes would otherwise swallow the file
# Below this size a list is done sooner than other processes are started.
ALONE_BYTES = 2 * 1024 * 1024
_SAMPLE_BYTES = 1024 * 1024
_BLOCK = 256 * 1024  # characters

_Minter = Callable[[Iterable[list[str]]], Iterable[MintedRows]]


class BadList(Exception):
    """A list that can't be worked with. The message says what to do, in the reader's language."""


@dataclass
class Summary:
    """Rows of the list, links made, and rows without one by reason (`empty`, `malformed`, `destroyed`)."""

    rows: int = 0
    links: int = 0
    unusable: Counter[str] = field(default_factory=Counter)

    def add(self, block: MintedRows) -> None:
        """Count a block in."""
        self.rows += block.rows
        self.links += block.rows - block.unusable.total()
        self.unusable += block.unusable


def mint_file(*, actor: User | None, source: Path, target: Path, mailing: Mailing, column: str) -> Summary:
    """Write `source` to `target` with three columns added to every row. `actor` is None on the command line.

    Encoding, delimiter, line ends and quotes stay; memory does not grow with the list. A row whose address can't be
    used gets empty cells. `target` appears only when all went well. Raises BadList, WorkerDied.
    """
    summary = Summary()
    with _opened(source) as reader, _replacing(target, reader.encoding) as writer:
        _add_columns(reader, writer, mailing, column, summary)
    _record(actor, mailing, summary)
    return summary


def _add_columns(reader: TextIOWrapper, writer: IO[str], mailing: Mailing, column: str, summary: Summary) -> None:
    first = next(reader, "")
    delimiter = max(DELIMITERS, key=first.count)
    blocks = _blocks(reader, first, delimiter)
    header, *rest = next(blocks, [""])
    names = _names(header, delimiter)
    position = _position(names, column)
    writer.write(extended(header, ADDED_COLUMNS, delimiter))
    arguments = {"mailing": mailing, "delimiter": delimiter, "position": position, "width": len(names)}
    with _minter(os.fstat(reader.fileno()).st_size, arguments) as minted:
        for block in minted(chain([rest], blocks)):
            if block.problem:
                raise _unreadable(block.problem)
            writer.write(block.text)
            summary.add(block)


@contextmanager
def _minter(size: int, arguments: dict[str, Any]) -> Iterator[_Minter]:
    """What gives blocks of records their links, in order. `size` is that of the list in bytes."""
    if size <= ALONE_BYTES:
        yield partial(map, RowMinter(**arguments))
        return
    with workers(f"{RowMinter.__module__}.{RowMinter.__name__}", arguments, with_apps=False) as pool:
        yield pool.map


def _names(header: str, delimiter: str) -> list[str]:
    try:
        return cells_of(header, delimiter)
    except csv.Error as error:
        raise _unreadable(str(error)) from error


def _unreadable(why: str) -> BadList:
    return BadList(_("The list can't be read: %(why)s.") % {"why": why})


def _position(names: list[str], column: str) -> int:
    plain = [name.strip().casefold() for name in names]
    wanted = column.strip().casefold()
    if plain.count(wanted) > 1:
        raise BadList(_("The list has more than one column “%(name)s”.") % {"name": column})
    if wanted not in plain:
        known = ", ".join(name.strip() for name in names) or "–"
        raise BadList(_("The list has no column “%(name)s”. It has: %(known)s.") % {"name": column, "known": known})
    taken = set(plain) & set(ADDED_COLUMNS)
    if taken:
        raise BadList(_("The list has links already: take the column “%(name)s” away.") % {"name": min(taken)})
    return plain.index(wanted)


def _blocks(reader: IO[str], first: str, delimiter: str) -> Iterator[list[str]]:
    """Records with their line ends, many at a time. Raises BadList."""
    records = _Records(delimiter)
    for lines in chain([[first]], iter(partial(reader.readlines, _BLOCK), [])):
        if whole := records.of(lines):
            yield whole
    records.end()


class _Records:
    """Puts lines together to records: a line break inside quotes belongs to its record."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._pending: list[str] = []
        self._lines, self._opened, self._length = 0, 0, 0

    def of(self, lines: list[str]) -> list[str]:
        """The records that end in these lines. Raises BadList for one that is too long."""
        if not self._pending and '"' not in "".join(lines):
            self._lines += len(lines)
            return lines
        return list(filter(None, map(self._after, lines)))

    def _after(self, line: str) -> str:
        """The record that ends with this line; empty when it goes on."""
        self._lines += 1
        pending = self._pending
        quoted = _quoted_after(line, self._delimiter, bool(pending)) if pending or '"' in line else False
        if not pending:
            if not quoted:
                return line
            self._opened, self._length = self._lines, 0
        pending.append(line)
        self._length += len(line)
        if quoted:
            if self._length > MAX_RECORD:
                self.end()
            return ""
        self._pending = []
        return "".join(pending)

    def end(self) -> None:
        """There are no more lines. Raises BadList when a quote is still open."""
        if self._pending:
            raise BadList(_("A quote that opens in line %(line)d never closes.") % {"line": self._opened})


def _quoted_after(line: str, delimiter: str, quoted: bool) -> bool:
    """Whether a quoted cell is still open behind the line. A quote opens at the start of a cell only."""
    fresh, closed = not quoted, False
    for letter in line:
        if letter != '"':
            fresh, closed = not quoted and letter == delimiter, False
        elif quoted:
            quoted, closed = False, True
        else:
            quoted, closed = fresh or closed, False
            fresh = False
    return quoted


@contextmanager
def _opened(source: Path) -> Iterator[TextIOWrapper]:
    """The list as text whose every byte can be written back; a byte that is no text survives too."""
    try:
        with source.open("rb") as file:
            encoding = _encoding(file.read(_SAMPLE_BYTES))
        reader = source.open(encoding=encoding, newline="", errors="surrogateescape")
    except OSError as error:
        raise BadList(_("The list can't be read: %(why)s.") % {"why": error.strerror}) from error
    with reader:
        yield reader


def _encoding(sample: bytes) -> str:
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if sample.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if b"\0" in sample:
        raise BadList(_("The list is not a text file. Save it as CSV."))
    if not sample.strip():
        raise BadList(_("The list is empty."))
    cut = sample.rfind(b"\n") + 1 or len(sample)
    try:
        sample[:cut].decode()
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8"


@contextmanager
def _replacing(target: Path, encoding: str) -> Iterator[IO[str]]:
    """A file that takes the place of `target` when the block ends well, and leaves nothing behind when it does not."""
    try:
        draft = Draft(target)
    except OSError as error:
        raise BadList(_("The result can't be written: %(why)s.") % {"why": error.strerror}) from error
    with draft:
        with TextIOWrapper(draft.file, encoding, newline="", errors="surrogateescape") as writer:
            yield writer
        draft.publish()


@transaction.atomic
def _record(actor: User | None, mailing: Mailing, summary: Summary) -> None:
    scope = {"channel": mailing.channel, "purpose": mailing.purpose, "sender": mailing.sender}
    figures = {"links": summary.links, "unusable": summary.unusable.total()}
    record(actor, actions.LINKS_MINTED, Suppression, campaign=mailing.campaign, **scope, **figures)
