"""Finding out in which encoding a file was written, from its bytes alone.

UTF-8 is proved by decoding every byte. The single-byte Cyrillic encodings are told apart by how the words look
(`apps.core.cyrillic`); and, where there is a header, by which of them makes titles of columns out of it.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator

from apps.core.cyrillic import MIN_PLAUSIBLE, SINGLE_BYTE, plausibility
from apps.imports.engine.refusals import Refused

SAMPLE_BYTES = 256 * 1024

_MAGIC = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"SQLite format")
_OLE = b"\xd0\xcf\x11\xe0"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_HIGH = re.compile(rb"[\x80-\xff]")


def detect(chunks: Iterable[bytes], titles_in: Callable[[str], int] = lambda text: 0) -> str:
    """The codec with which every byte can be read. `chunks` is the whole file; `titles_in` counts the titles of
    columns in the beginning of a text.

    Raises Refused: `empty`, `spreadsheet`, `not-text`, `encoding`.
    """
    stream = iter(chunks)
    head = next(stream, b"")
    if not head:
        raise Refused("empty")
    _refuse_binary(head)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    if b"\x00" in head[:SAMPLE_BYTES]:
        return _utf16_without_bom(head)
    sample = _unless_utf8(head, stream)
    return "utf-8" if sample is None else _single_byte(sample, head[:SAMPLE_BYTES], titles_in)


def _refuse_binary(head: bytes) -> None:
    if head.startswith(_OLE) or (head.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in head):
        raise Refused("spreadsheet")
    if head.startswith((*_MAGIC, b"PK\x03\x04")):
        raise Refused("not-text")


def _utf16_without_bom(head: bytes) -> str:
    """UTF-16 shows itself by zero bytes on one side of Latin letters, digits and delimiters."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if min(even, odd) * 20 > max(even, odd) or max(even, odd) * 20 < len(head):
        raise Refused("not-text")
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        raise Refused("not-text") from None
    return encoding


def _unless_utf8(head: bytes, stream: Iterator[bytes]) -> bytes | None:
    """None when all of it is UTF-8; else a sample of lines with letters beyond ASCII. Raises Refused `not-text`."""
    decoder, utf8, high_lines = codecs.getincrementaldecoder("utf-8")(), True, bytearray()
    for chunk in _and_last(head, stream):
        if len(_CONTROLS.findall(chunk)) * 100 > len(chunk):
            raise Refused("not-text")
        if len(high_lines) < SAMPLE_BYTES and _HIGH.search(chunk):
            high_lines += b"\n".join(line for line in chunk.splitlines() if _HIGH.search(line))
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            utf8 = False
        if not utf8 and len(high_lines) >= SAMPLE_BYTES:
            break
    return None if utf8 else bytes(high_lines[:SAMPLE_BYTES])


def _and_last(head: bytes, stream: Iterator[bytes]) -> Iterator[bytes]:
    """Chunks, and an empty one behind them that tells the decoder that it must be at the end of a character."""
    yield head
    yield from stream
    yield b""


def _single_byte(sample: bytes, head: bytes, titles_in: Callable[[str], int]) -> str:
    scores = {encoding: plausibility(sample, encoding) for encoding in SINGLE_BYTE}
    titles = {encoding: titles_in(head.decode(encoding, "replace")) for encoding in SINGLE_BYTE}
    best = max(SINGLE_BYTE, key=lambda encoding: (titles[encoding] if scores[encoding] else 0, scores[encoding]))
    if scores[best] < MIN_PLAUSIBLE and not titles[best]:
        raise Refused("encoding")
    return best
