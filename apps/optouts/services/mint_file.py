"""Adding unsubscribe links to a campaign's list, whose own bytes stay as they came."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.drafts import Draft
from apps.core.identifiers import Unusable
from apps.optouts import actions
from apps.optouts.models import Suppression
from apps.optouts.services.mint import Mailing, Minted, mint

ADDED_COLUMNS = ("unsubscribe_url", "list_unsubscribe", "list_unsubscribe_post")
DELIMITERS = ",;\t|"
MAX_RECORD = 1_000_000  # characters; a quote that never closes would otherwise swallow the file
_SAMPLE_BYTES = 1024 * 1024
_NO_LINK = Minted("")


class BadList(Exception):
    """A list that can't be worked with. The message says what to do, in the reader's language."""


@dataclass
class Summary:
    """Rows of the list, links made, and rows without one by reason (`empty`, `malformed`, `destroyed`)."""

    rows: int = 0
    links: int = 0
    unusable: Counter[str] = field(default_factory=Counter)


def mint_file(*, actor: User | None, source: Path, target: Path, mailing: Mailing, column: str) -> Summary:
    """Write `source` to `target` with three columns added to every row. `actor` is None on the command line.

    Encoding, delimiter, line ends and quotes stay; memory does not grow with the list. A row whose address can't be
    used gets empty cells. `target` appears only when all went well. Raises BadList.
    """
    summary = Summary()
    with _opened(source) as reader, _replacing(target, reader.encoding) as writer:
        _add_columns(reader, writer, mailing, column, summary)
    _record(actor, mailing, summary)
    return summary


def _add_columns(reader: IO[str], writer: IO[str], mailing: Mailing, column: str, summary: Summary) -> None:
    first = next(reader, "")
    delimiter = max(DELIMITERS, key=first.count)
    records = _records(chain([first], reader), delimiter)
    header = next(records, "")
    names = _cells(header, delimiter)
    position = _position(names, column)
    writer.write(_extended(header, list(ADDED_COLUMNS), delimiter, 0))
    for text in records:
        if not text.strip():
            writer.write(text)
            continue
        cells = _cells(text, delimiter)
        minted = _minted(mailing, cells[position] if position < len(cells) else "", summary)
        added = [minted.unsubscribe_url, minted.list_unsubscribe, minted.list_unsubscribe_post]
        writer.write(_extended(text, added, delimiter, len(names) - len(cells)))


def _minted(mailing: Mailing, raw: str, summary: Summary) -> Minted:
    summary.rows += 1
    try:
        minted = mint(mailing=mailing, raw=raw)
    except Unusable as error:
        summary.unusable[error.code] += 1
        return _NO_LINK
    summary.links += 1
    return minted


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error as error:
        raise BadList(_("The list can't be read: %(why)s.") % {"why": error}) from error


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


def _extended(text: str, added: list[str], delimiter: str, missing: int) -> str:
    """The record as it is, empty cells where it was short, the new cells, and its own line end."""
    body = text.rstrip("\r\n")
    return body + delimiter * max(missing, 0) + delimiter + delimiter.join(added) + (text[len(body) :] or "\n")


def _records(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """Records with their line ends; a line break inside quotes belongs to its record. Raises BadList."""
    pending: list[str] = []
    opened, length = 0, 0
    for number, line in enumerate(lines, 1):
        opened = opened if pending else number
        quoted = _quoted_after(line, delimiter, bool(pending)) if pending or '"' in line else False
        pending.append(line)
        length += len(line)
        if not quoted:
            yield "".join(pending)
            pending, length = [], 0
        elif length > MAX_RECORD:
            break
    if pending:
        raise BadList(_("A quote that opens in line %(line)d never closes.") % {"line": opened})


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
