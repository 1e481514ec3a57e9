"""What a file is, by its bytes. Its name and what a browser says of it are never believed.

A few types that people send with a request, none of which runs anything when it is opened: no page, no script, no
program, no document with macros. What is not known here is not taken.
"""

import io
import zipfile
from dataclasses import dataclass


@dataclass(frozen=True)
class FileType:
    """`code` is kept and ends the name of the file; `media_type` goes with a download."""

    code: str
    media_type: str


PDF = FileType("pdf", "application/pdf")
JPEG = FileType("jpg", "image/jpeg")
PNG = FileType("png", "image/png")
WEBP = FileType("webp", "image/webp")
HEIC = FileType("heic", "image/heic")
TIFF = FileType("tiff", "image/tiff")
DOCX = FileType("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
XLSX = FileType("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
ODT = FileType("odt", "application/vnd.oasis.opendocument.text")
TEXT = FileType("txt", "text/plain; charset=utf-8")
BY_CODE = {kind.code: kind for kind in (PDF, JPEG, PNG, WEBP, HEIC, TIFF, DOCX, XLSX, ODT, TEXT)}

_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"mif1", b"msf1")
_MARKUP = (b"<", b"\xef\xbb\xbf<", b"#!", b"%!")
_CONTROL = frozenset(range(32)) - {9, 10, 12, 13} | {127}
_MOST_ENTRIES = 5_000


def type_of(data: bytes) -> FileType | None:
    """The type of a whole file; None for one that is not taken."""
    starts = data.startswith
    if starts(b"%PDF-"):
        return PDF if b"%%EOF" in data[-2048:] else None
    if starts(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if starts(b"\xff\xd8\xff"):
        return JPEG
    if starts(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return HEIC
    if starts((b"II*\x00", b"MM\x00*")):
        return TIFF
    if starts(b"PK\x03\x04"):
        return _document(data)
    return TEXT if _is_text(data) else None


def _document(data: bytes) -> FileType | None:
    """A document of an office program, by what its archive holds; None for another archive and for macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()[:_MOST_ENTRIES]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    lower = [name.lower() for name in names]
    if any("vbaproject" in name or name.startswith(("basic/", "scripts/")) or "activex" in name for name in lower):
        return None
    if names[0] == "mimetype" and b"mimetype" + ODT.media_type.encode() in data[:200]:
        return ODT
    if "[Content_Types].xml" not in names:
        return None
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def _is_text(data: bytes) -> bool:
    """Plain text in UTF-8 that is no markup and no script."""
    if not data.strip() or data.lstrip().startswith(_MARKUP) or _CONTROL & set(data):
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
