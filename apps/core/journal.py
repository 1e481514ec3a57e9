"""The journal: promises written to disk before the database hears of them, and found there after a restore.

One append-only file for each process under AMANAT_HOME/journal, a line an entry: the CRC-32 of the rest in eight
hex digits, a blank, JSON. Entries hold digests, codes and moments, never a personal value. A line that was cut off
by a crash fails its checksum and was never acknowledged.
"""

import heapq
import json
import os
import socket
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from apps.core import clock

READ_BYTES = 64 * 1024


class JournalUnavailable(Exception):
    """The entry could not be made durable; whoever promised something must say so."""


@dataclass(frozen=True)
class JournalEntry:
    """`kind` names the promise (`optout`, `restriction`, …); `data` is JSON without personal values."""

    id: UUID
    at: datetime
    kind: str
    data: dict[str, Any]

    def to_line(self) -> bytes:
        """The entry as one line of the file."""
        document = {"id": str(self.id), "at": self.at.isoformat(), "kind": self.kind, "data": self.data}
        body = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
        return b"%08x %s\n" % (zlib.crc32(body), body)


def parse_line(line: bytes) -> JournalEntry | None:
    """The entry of a line; None when the line is torn or damaged."""
    checksum, _, body = line.removesuffix(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(body):
        return None
    try:
        document = json.loads(body)
        return JournalEntry(
            UUID(document["id"]), datetime.fromisoformat(document["at"]), document["kind"], document["data"]
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


@dataclass
class _Flush:
    """Lines of several threads that go to disk together, or not at all."""

    parts: list[bytes] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    error: OSError | None = field(default_factory=lambda: OSError(0, "not written"))  # until it is


class Journal:
    """The journal of one folder; this process appends to a file of its own, and reads everybody's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._turn = threading.Lock()  # one thread writes to the file at a time
        self._lock = threading.Lock()  # guards who waits for what
        self._waiting = _Flush()
        self._file: int | None = None
        self._owner: int | None = None

    def append(self, kind: str, data: dict[str, Any], *, at: datetime | None = None) -> JournalEntry:
        """Write an entry and flush it to disk before returning. Raises JournalUnavailable."""
        entry = JournalEntry(uuid4(), at or clock.now(), kind, data)
        self.write([entry])
        return entry

    def write(self, entries: list[JournalEntry]) -> None:
        """Write entries, and return when they are on disk. Raises JournalUnavailable.

        Threads that wait while another one flushes share the next flush: it costs more than all the rest.
        """
        data = b"".join(entry.to_line() for entry in entries)
        with self._lock:
            flush = self._waiting
            first = not flush.parts
            flush.parts.append(data)
        if first:
            self._carry_out(flush)
        else:
            flush.done.wait()
        if flush.error:
            raise JournalUnavailable(f"{type(flush.error).__name__} {flush.error.errno}") from flush.error

    def _carry_out(self, flush: "_Flush") -> None:
        """Whoever came first does it for the others, when those before them are through."""
        try:
            with self._turn:
                with self._lock:
                    self._waiting = _Flush()  # whoever comes from now on waits for the next
                self._write(b"".join(flush.parts))
            flush.error = None
        except OSError as error:
            flush.error = error
        finally:
            flush.done.set()

    def _write(self, data: bytes) -> None:
        if self._file is None or self._owner != os.getpid():
            self._open()
        assert self._file is not None
        start = os.fstat(self._file).st_size
        try:
            written = os.write(self._file, data)
            if written != len(data):
                raise OSError(0, "short write")
            os.fdatasync(self._file)
        except OSError:
            self._abandon(start)
            raise

    def _abandon(self, start: int) -> None:
        """After a failed write, cut what may lie half-written and go on in a new file the next time."""
        assert self._file is not None
        try:
            os.ftruncate(self._file, start)
        finally:
            os.close(self._file)
            self._file = None

    def _open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{clock.now():%Y%m%dT%H%M%S}-{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:6]}.journal"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._file, self._owner = os.open(self.folder / name, flags, 0o600), os.getpid()
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)  # the file's name has to survive a crash as well as its content
        finally:
            os.close(folder)

    def files(self) -> list[Path]:
        """Every journal file of the folder, oldest first."""
        return sorted(self.folder.glob("*.journal"))

    def read(self, path: Path, offset: int = 0) -> Iterator["Line"]:
        """Lines of one file from a byte offset. The file is open only while a block is read: a folder may have many.

        Stops before a last line without its end: it is being written right now, or was cut off by a crash.
        """
        while True:
            with path.open("rb") as file:
                file.seek(offset)
                lines = file.readlines(READ_BYTES)
            for line in lines:
                if not line.endswith(b"\n"):
                    return
                offset += len(line)
                yield Line(path.name, parse_line(line), offset)
            if not lines:
                return

    def read_all(self, offsets: Mapping[str, int]) -> Iterator["Line"]:
        """Lines of every file in order of time, from `offsets` by file name (0 where it names none).

        A damaged line has no time: it comes with the line before it. Memory is bounded by a block for each file.
        """
        unread = [path for path in self.files() if path.stat().st_size > offsets.get(path.name, 0)]
        timed = (_timed(self.read(path, offsets.get(path.name, 0))) for path in unread)
        return (line for _at, line in heapq.merge(*timed, key=lambda pair: pair[0]))


@dataclass(frozen=True)
class Line:
    """One line of a journal file: its entry, None when damaged, and the offset behind it."""

    file: str
    entry: JournalEntry | None
    end: int


def _timed(lines: Iterator[Line]) -> Iterator[tuple[datetime, Line]]:
    at = datetime.min.replace(tzinfo=UTC)
    for line in lines:
        at = line.entry.at if line.entry else at
        yield at, line


def journal() -> Journal:
    """The installation's journal."""
    return _journals.setdefault(settings.JOURNAL_DIR, Journal(settings.JOURNAL_DIR))


_journals: dict[Path, Journal] = {}

# Brings entries of one kind, in order of time, into the database inside the caller's transaction; gives how many of
# them the database did not have yet. Must be idempotent, and match by digest, never by primary key.
Handler = Callable[[list[JournalEntry]], int]

_handlers: dict[str, Handler] = {}


def register_handler(kind: str, handler: Handler) -> None:
    """Name what brings entries of a kind into the database. One handler may serve kinds whose order matters.

    Called from an app's `ready()`. Raises ValueError for a second handler of a kind.
    """
    if kind in _handlers:
        raise ValueError(f"Journal entries of kind {kind} have a handler already.")
    _handlers[kind] = handler


def handler_of(kind: str) -> Handler | None:
    """What brings entries of this kind into the database; None when no installed app does."""
    return _handlers.get(kind)
