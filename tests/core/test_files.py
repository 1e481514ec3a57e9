"""Stored files come back as they were written, or not at all."""

import pytest

from apps.core import files
from apps.core.files import FRAME_BYTES, Damaged, EncryptedWriter, open_stored

SIZES = [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES, 3 * FRAME_BYTES + 17]
HEAD = len(files.MAGIC) + 16
FRAME_ON_DISK = 4 + FRAME_BYTES + 29


def _stored(plain: bytes) -> str:
    with EncryptedWriter("tests") as writer:
        for start in range(0, len(plain), 10_000):
            writer.write(plain[start : start + 10_000])
    assert writer.size == len(plain)
    return writer.name


def _read(name: str) -> bytes:
    with open_stored(name) as file:
        return file.read()


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_is_read(size):
    plain = bytes(i * 7 % 251 for i in range(size))
    assert _read(_stored(plain)) == plain


def test_nothing_of_it_lies_on_disk_in_the_clear():
    path = files.path_of(_stored(b"+996555123401 " * 10_000))
    assert b"996555123401" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda b: b[: HEAD + FRAME_ON_DISK],  # the frames behind the first are gone, at a frame's edge
        lambda b: b[:-1],
        lambda b: b[: HEAD + 2],
        lambda b: b[:HEAD],
        lambda b: b[:10],
        lambda b: b"",
        lambda b: b[:HEAD] + b[HEAD + FRAME_ON_DISK : HEAD + 2 * FRAME_ON_DISK] + b[HEAD : HEAD + FRAME_ON_DISK]
        + b[HEAD + 2 * FRAME_ON_DISK :],
        lambda b: b + b[HEAD : HEAD + FRAME_ON_DISK],
        lambda b: b[:-20] + bytes([b[-20] ^ 1]) + b[-19:],
        lambda b: b[:HEAD] + b"\xff\xff\xff\xff" + b[HEAD + 4 :],
    ],
)  # fmt: skip
def test_damage_is_noticed(damage):
    name = _stored(b"x" * (3 * FRAME_BYTES + 5))
    path = files.path_of(name)
    assert len(_read(name)) == 3 * FRAME_BYTES + 5
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(Damaged):
        _read(name)


def test_a_frame_of_another_file_does_not_fit():
    first, second = _stored(b"a" * (FRAME_BYTES * 2)), _stored(b"b" * (FRAME_BYTES * 2))
    mine, other = files.path_of(first).read_bytes(), files.path_of(second).read_bytes()
    swapped = mine[:HEAD] + other[HEAD : HEAD + FRAME_ON_DISK] + mine[HEAD + FRAME_ON_DISK :]
    files.path_of(first).write_bytes(swapped)
    with pytest.raises(Damaged):
        _read(first)


def _interrupted(writer: EncryptedWriter) -> None:
    with writer:
        writer.write(b"x" * (FRAME_BYTES * 2))
        assert files.path_of(writer.name).exists()
        raise ValueError("stop")


def test_an_exception_leaves_no_file():
    writer = EncryptedWriter("tests")
    with pytest.raises(ValueError, match="stop"):
        _interrupted(writer)
    assert not files.path_of(writer.name).exists()


def test_deleting_twice_is_fine():
    name = _stored(b"x")
    assert files.path_of(name).exists()
    files.delete(name)
    files.delete(name)
    assert not files.path_of(name).exists()
