"""Encrypted files under MEDIA_ROOT: written and read as a stream, a frame of AES-256-GCM at a time.

A file is its magic, 16 random bytes of its own, and frames: four bytes of length, then what the keyring made of up
to 64 KiB. Each frame is bound to its file, its number and whether it is the last, so that a frame that was cut off,
repeated, moved or taken from another file is noticed.
"""

import contextlib
import io
import os
import secrets
import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings
from typing_extensions import Buffer

from apps.core.keyring import Undecryptable, keyring

MAGIC = b"AMANAT1\n"
FRAME_BYTES = 64 * 1024
_FILE_ID_BYTES = 16
_LENGTH = struct.Struct(">I")
_MAX_SEALED = FRAME_BYTES + 64


class Damaged(Exception):
    """A stored file that is not what was written: cut off, altered, or its key is gone."""


def path_of(name: str) -> Path:
    """Where the file of this name (`folder/random`) lies."""
    return Path(settings.MEDIA_ROOT) / name


def _place(file_id: bytes, number: int, last: bool) -> bytes:
    return f"file.{file_id.hex()}.{number}.{'last' if last else 'more'}".encode()


class EncryptedWriter:
    """A new file of `folder`; `name` is what to keep of it. Durable once `close` returned; `discard` removes it.

    As a context manager it closes at the end, and discards when an exception passes through.
    """

    def __init__(self, folder: str) -> None:
        self.name = f"{folder}/{secrets.token_hex(16)}"
        self.size = 0
        self._id = secrets.token_bytes(_FILE_ID_BYTES)
        self._pending = bytearray()
        self._frames = 0
        path = path_of(self.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._file.write(MAGIC + self._id)

    def write(self, data: bytes) -> None:
        """Add plain bytes."""
        self.size += len(data)
        self._pending += data
        while len(self._pending) > FRAME_BYTES:
            self._frame(bytes(self._pending[:FRAME_BYTES]), last=False)
            del self._pending[:FRAME_BYTES]

    def _frame(self, plain: bytes, *, last: bool) -> None:
        sealed = keyring().encrypt(plain, _place(self._id, self._frames, last))
        self._file.write(_LENGTH.pack(len(sealed)) + sealed)
        self._frames += 1

    def close(self) -> None:
        """Write the last frame and flush file and folder to disk."""
        if self._file.closed:
            return
        self._frame(bytes(self._pending), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        folder = os.open(path_of(self.name).parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def discard(self) -> None:
        """Remove what was written."""
        self._file.close()
        delete(self.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()


class EncryptedReader(io.RawIOBase):
    """The plain bytes of a stored file, a frame in memory at a time. Raises Damaged from any read."""

    def __init__(self, name: str) -> None:
        self._file = path_of(name).open("rb")
        head = self._file.read(len(MAGIC) + _FILE_ID_BYTES)
        if len(head) != len(MAGIC) + _FILE_ID_BYTES or not head.startswith(MAGIC):
            self._file.close()
            raise Damaged("Not a stored file.")
        self._id = head[len(MAGIC) :]
        self._frames = _frames(self._file, self._id)
        self._plain = memoryview(b"")
        self._given = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fill `buffer` with what comes next; 0 at the end."""
        while not self._plain:
            frame = next(self._frames, None)
            if frame is None:
                return 0
            self._plain = memoryview(frame)
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._plain))
        target[:count] = self._plain[:count]
        self._plain = self._plain[count:]
        self._given += count
        return count

    def tell(self) -> int:
        """How many plain bytes were read so far."""
        return self._given

    def close(self) -> None:
        """Close the file below."""
        self._file.close()
        super().close()


def _frames(file: io.BufferedReader, file_id: bytes) -> Iterator[bytes]:
    """Frames in order, up to the one that says it is the last; nothing may follow it."""
    number, following = 0, _sealed_frame(file)
    while following is not None:
        sealed, following = following, _sealed_frame(file)
        try:
            yield keyring().decrypt(sealed, _place(file_id, number, following is None))
        except Undecryptable as error:
            raise Damaged(f"Frame {number} can't be opened.") from error
        number += 1
    if number == 0:
        raise Damaged("The file has no frame.")


def _sealed_frame(file: io.BufferedReader) -> bytes | None:
    head = file.read(_LENGTH.size)
    if not head:
        return None
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
    sealed = file.read(length) if 0 < length <= _MAX_SEALED else b""
    if not sealed or len(sealed) != length:
        raise Damaged("A frame is cut off.")
    return sealed


def open_stored(name: str) -> io.BufferedReader:
    """The stored file, to be read from its beginning. Raises FileNotFoundError, and Damaged from any read."""
    return io.BufferedReader(EncryptedReader(name), FRAME_BYTES)


def delete(name: str) -> None:
    """Remove a stored file; one that is gone already is fine."""
    with contextlib.suppress(FileNotFoundError):
        path_of(name).unlink()
