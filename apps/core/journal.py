"""The journal: promises written to disk before the database hears of them, and found there after a restore.

One append-only file for each process under AMANAT_HOME/journal, a line an entry: the CRC-32 of the rest in eight
hex digits, a blank, JSON. Entries hold digests, codes and moments, never a personal value. A line that was cut off
by a crash fails its checksum and was never acknowledged.
"""

import json
import os
import socket
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from apps.core import clock


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
    checksum, _, body = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(body):
        return None
    document = json.loads(body)
    return JournalEntry(
        UUID(document["id"]), datetime.fromisoformat(document["at"]), document["kind"], document["data"]
    )


class Journal:
    """The journal of one folder; this process appends to a file of its own, and reads everybody's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._file: int | None = None
        self._owner: int | None = None

    def append(self, kind: str, data: dict[str, Any], *, at: datetime | None = None) -> JournalEntry:
        """Write an entry and flush it to disk before returning. Raises JournalUnavailable."""
        entry = JournalEntry(uuid4(), at or clock.now(), kind, data)
        self.write([entry])
        return entry

    def write(self, entries: list[JournalEntry]) -> None:
        """Write entries with a single flush to disk. Raises JournalUnavailable."""
        data = b"".join(entry.to_line() for entry in entries)
        try:
            with self._lock:
                self._write(data)
        except OSError as error:
            raise JournalUnavailable(f"{type(error).__name__} {error.errno}") from error

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

    def read(self, path: Path, offset: int = 0) -> Iterator[tuple[JournalEntry | None, int]]:
        """Entries of one file from a byte offset, each with the offset behind it; None for a damaged line.

        Stops before a last line without its end: it is being written right now, or was cut off by a crash.
        """
        with path.open("rb") as file:
            file.seek(offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                offset += len(line)
                yield parse_line(line), offset


def journal() -> Journal:
    """The installation's journal."""
    return _journals.setdefault(settings.JOURNAL_DIR, Journal(settings.JOURNAL_DIR))


_journals: dict[Path, Journal] = {}
