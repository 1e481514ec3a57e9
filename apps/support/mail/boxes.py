"""Letters out of a file: one (`.eml`), or many behind each other (mbox)."""

import re
from collections.abc import Iterator
from typing import BinaryIO

_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_BEGINNING = b"From "


class NotMail(ValueError):
    """The file begins like no letter."""


def letters_in(stream: BinaryIO) -> Iterator[bytes]:
    """The letters of a file, each whole. Raises NotMail."""
    first = stream.readline()
    while first and not first.strip():
        first = stream.readline()
    first = first.removeprefix(b"\xef\xbb\xbf")
    if first.startswith(_BEGINNING):
        yield from _mbox(stream)
    elif _FIELD.match(first):
        yield first + stream.read()
    else:
        raise NotMail


def _mbox(stream: BinaryIO) -> Iterator[bytes]:
    """Letters between lines that begin with `From ` behind an empty one; what was quoted in them is unquoted."""
    lines: list[bytes] = []
    blank = False
    for line in stream:
        if blank and line.startswith(_BEGINNING):
            yield _unquoted(lines)
            lines, blank = [], False
            continue
        lines.append(line)
        blank = not line.strip()
    yield _unquoted(lines)


def _unquoted(lines: list[bytes]) -> bytes:
    if lines and not lines[-1].strip():
        lines = lines[:-1]
    return _QUOTED.sub(rb"\1", b"".join(lines))
