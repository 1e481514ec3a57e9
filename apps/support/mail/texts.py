"""Texts of letters: bytes in whatever encoding they are, whatever is said of it, and HTML as text."""

import codecs
import re
from html.parser import HTMLParser

from apps.core.cyrillic import MIN_PLAUSIBLE, SINGLE_BYTE, plausibility

# By how much another encoding has to look better than the one that a letter names.
_MARGIN = 0.15
# Encodings in which letters are written with ASCII alone, so that bytes say nothing against them.
_SHIFTING = frozenset({"utf-7", "hz", "iso2022_jp", "iso2022_kr"})
_SINGLE_BYTE_CYRILLIC = frozenset({*SINGLE_BYTE, "iso8859-5", "koi8-u", "mac-cyrillic"})
# Letters with marks stand among plain ones; Cyrillic words hold no Latin letters.
_MIXED = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
_BLANK_LINES = re.compile(r"\n{3,}")
_BLANKS = re.compile(r"[ \t\xa0]+")
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "div", "dl", "dt", "dd", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript"})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "base", "col", "area", "wbr"})


def decoded(data: bytes, declared: str = "") -> str:
    """The text of these bytes. Valid UTF-8 is UTF-8 whatever is declared; else what is declared counts, unless another
    Cyrillic encoding makes better sense. What can't be read at all becomes replacement characters: nothing is refused.
    """
    codec = _codec(declared)
    if codec in _SHIFTING:
        return _clean(data.decode(codec, "replace"))
    for bom, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(bom):
            return _clean(data.decode(name, "replace"))
    try:
        return _clean(data.decode("utf-8" if not codec.startswith("utf-16") else codec))
    except UnicodeDecodeError:
        broken = data.decode("utf-8", "replace")
        damaged = broken.count("\ufffd") * 10 < sum(letter > "\x7f" for letter in broken)
        return _clean(broken if damaged else data.decode(_likeliest(data, codec), "replace"))


def _likeliest(data: bytes, codec: str) -> str:
    """The single-byte encoding that makes best sense; the declared one in doubt."""
    if codec and codec not in _SINGLE_BYTE_CYRILLIC and len(_MIXED.findall(data)) * 2 >= len(_HIGH.findall(data)):
        return codec if codec not in ("utf-8", "ascii") else "cp1252"
    scores = {name: plausibility(data, name) for name in dict.fromkeys([*SINGLE_BYTE, codec]) if name}
    best = max(scores, key=lambda name: scores[name])
    if codec in _SINGLE_BYTE_CYRILLIC and scores[codec] >= scores[best] - _MARGIN:
        return codec
    if scores[best] >= MIN_PLAUSIBLE:
        return best
    return codec if codec not in ("", "utf-8", "ascii") else "utf-8"


def _codec(declared: str) -> str:
    """Python's name of an encoding; empty for one that nobody knows, or that is none of texts."""
    try:
        found = codecs.lookup(declared.strip("\"' ")) if declared else None
    except (LookupError, ValueError):
        return ""
    return found.name if found is not None and found._is_text_encoding else ""


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class _Reader(HTMLParser):
    """What a reader of the page would see, as lines. Holds no tree, so that no nesting is too deep for it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A new line for blocks; an address is kept, to stand behind its words."""
        if tag in _UNSEEN:
            self._unseen += tag not in _VOID
        elif tag == "br" or tag in _BLOCKS:
            self.parts.append("\n")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        if tag == "li":
            self.parts.append("- ")

    def handle_endtag(self, tag: str) -> None:
        """As at its beginning."""
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag == "body":
            self._unseen = 0
        elif tag == "a" and self._links:
            address = self._links.pop()
            if address.startswith(("http://", "https://")) and address not in "".join(self.parts[-3:]):
                self.parts.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        """Words, as far as they are seen."""
        if not self._unseen:
            self.parts.append(_BLANKS.sub(" ", data.replace("\n", " ")))


def text_of(html: str) -> str:
    """The text of a page: what a reader would see. Broken markup is read as far as it goes."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [line.strip() for line in "".join(reader.parts).split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
