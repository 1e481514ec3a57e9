"""A workbook written as a stream, with nothing on disk in the clear: one sheet, values and how they are shown."""

import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from types import TracebackType
from typing import Any, Protocol, Self
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils.datetime import to_excel

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
}
_FIRST_OWN_FORMAT = 164

# A value, and the number format in which it is shown.
Cell = tuple[Any, str]


class Sink(Protocol):
    """What takes bytes."""

    def write(self, data: bytes, /) -> Any:
        """Take the next ones."""

    def close(self) -> None:
        """Nothing follows."""


class SheetWriter:
    """Writes rows into a workbook; complete when the block ends well."""

    def __init__(self, out: Sink) -> None:
        self._archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload]
        for name, content in _PARTS.items():
            self._archive.writestr(name, _HEAD + content)
        self._sheet = self._archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
        self._styles: dict[str, int] = {"": 0, "General": 0}

    def row(self, cells: Iterable[Cell]) -> None:
        """The next row."""
        self._sheet.write(f"<row>{''.join([self._cell(*cell) for cell in cells])}</row>".encode())

    def _cell(self, value: Any, shown: str) -> str:
        if value is None:
            return "<c/>"
        style = self._styles.setdefault(shown, len(self._styles) - 1)
        mark = f' s="{style}"' if style else ""
        if isinstance(value, bool):
            return f'<c t="b"{mark}><v>{int(value)}</v></c>'
        if isinstance(value, datetime | date | time | timedelta):
            value = to_excel(value)
        if isinstance(value, int | float):
            return f"<c{mark}><v>{value!r}</v></c>"
        text = escape(_ILLEGAL.sub("", str(value)))
        return f'<c t="inlineStr"{mark}><is><t xml:space="preserve">{text}</t></is></c>'

    def _style_sheet(self) -> str:
        own = [shown for shown in self._styles if shown not in {"", "General"}]
        numbered = list(enumerate(own, _FIRST_OWN_FORMAT))
        formats = "".join(f"<numFmt numFmtId={quoteattr(str(n))} formatCode={quoteattr(f)}/>" for n, f in numbered)
        cells = "".join(f'<xf numFmtId="{n}" applyNumberFormat="1" xfId="0"/>' for n in [0, *(n for n, _f in numbered)])
        listed = f'<numFmts count="{len(numbered)}">{formats}</numFmts>' if numbered else ""
        return (
            f'<styleSheet xmlns="{_MAIN}">{listed}<fonts count="1"><font/></fonts>'
            '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
            '<borders count="1"><border/></borders>'
            '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>'
            f'<cellXfs count="{len(numbered) + 1}">{cells}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._sheet.write(b"</sheetData></worksheet>")
            self._sheet.close()
            self._archive.writestr("xl/styles.xml", _HEAD + self._style_sheet())
            self._archive.close()
