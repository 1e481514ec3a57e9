"""Where a list's bytes come from: a text file as it is, UTF-16 recoded and back, or a sheet of a workbook."""

import codecs
import itertools
from collections.abc import Iterator
from typing import Any, Protocol

from apps.core.files import Damaged
from apps.imports.engine import encodings
from apps.imports.engine.layout import titles_in
from apps.imports.engine.refusals import Refused
from apps.imports.engine.table import Opener
from apps.imports.engine.workbook import MAX_BYTES, Workbook, is_workbook
from apps.imports.services.converting import pieces

READ_BYTES = 512 * 1024
_RECODED = ("utf-16", "utf-16-le", "utf-16-be")
_BOMS = {"utf-8-sig": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


class ListSource(Protocol):
    """A list as bytes that can be read again and again; `codec` is that of its cells, `bom` what stands in front."""

    encoding: str
    codec: str
    bom: bytes

    def chunks(self) -> Iterator[bytes]:
        """All of it behind the byte order mark. Raises Refused."""

    def written(self, data: bytes) -> bytes:
        """A part of `chunks` as the list itself had it."""


def open_list(open_file: Opener) -> "TextList | SheetList":
    """The list in a file. Raises Refused for what is none."""
    try:
        with open_file() as file:
            head = file.read(READ_BYTES)
            if is_workbook(head[:8]):
                return SheetList(head + file.read(MAX_BYTES))
            rest = iter(lambda: file.read(READ_BYTES), b"")
            encoding = encodings.detect(itertools.chain([head] if head else [], rest), titles_in)
    except Damaged:
        raise Refused("damaged") from None
    if encoding == "utf-16":
        encoding = "utf-16-le" if head.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    return TextList(open_file, encoding, head)


class TextList:
    """A text file in any encoding that files come in."""

    def __init__(self, open_file: Opener, encoding: str, head: bytes) -> None:
        self._open = open_file
        self.encoding = encoding
        self._recoded = encoding in _RECODED
        self.codec = "utf-8" if self._recoded or encoding == "utf-8-sig" else encoding
        bom = _BOMS.get(encoding, b"")
        self.bom = bom if head.startswith(bom) else b""

    def chunks(self) -> Iterator[bytes]:
        """As `ListSource`."""
        try:
            with self._open() as file:
                file.read(len(self.bom))
                raw = iter(lambda: file.read(READ_BYTES), b"")
                yield from self._recode(raw) if self._recoded else raw
        except UnicodeDecodeError:
            raise Refused("encoding") from None
        except Damaged:
            raise Refused("damaged") from None

    def _recode(self, raw: Iterator[bytes]) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self.encoding)()
        for data in raw:
            yield decoder.decode(data).encode()
        yield decoder.decode(b"", final=True).encode()

    def written(self, data: bytes) -> bytes:
        """As `ListSource`: valid UTF-16 and valid UTF-8 stand for each other letter by letter."""
        return data.decode().encode(self.encoding) if self._recoded else data


class SheetList:
    """The first sheet of a workbook with something in it, read as a CSV file would hold it."""

    encoding = codec = "utf-8"
    bom = b""

    def __init__(self, data: bytes) -> None:
        self._workbook = Workbook(data)
        self._sheet, self.other_sheets = self._workbook.sheet_with_data()

    def chunks(self) -> Iterator[bytes]:
        """As `ListSource`."""
        for piece in pieces(self._workbook.rows(self._sheet)):
            yield piece.removeprefix(codecs.BOM_UTF8)

    def written(self, data: bytes) -> bytes:
        """As `ListSource`."""
        return data

    def rows(self) -> Iterator[list[tuple[Any, str]]]:
        """The rows that `chunks` has, each cell as its value and the format in which it is shown."""
        return self._workbook.typed_rows(self._sheet)
