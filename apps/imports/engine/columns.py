"""What a column of a partner's file is: declared once for reading, preview, mapping, export and documentation."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from import_export.fields import Field
from import_export.resources import Resource

from apps.imports.engine.values import Parser, text

_LOST_LETTERS = str.maketrans("ёүөң", "еуон")
_NOT_KEY = re.compile(r"[^\w?]|_")


def header_key(title: str) -> str:
    """A column's title as it is compared: lower case, letters and digits only, Kyrgyz letters as Russian Excel
    writes them. A letter that an encoding lost stays as `?` and matches any.
    """
    return _NOT_KEY.sub("", unicodedata.normalize("NFKC", title).casefold().translate(_LOST_LETTERS))


class Column(Field):  # type: ignore[misc]
    """A column that a kind of file may have.

    `en`, `ru`, `ky` are its titles, `synonyms` further ones separated by `|`; `parse` reads a cell; `identifies`
    names the kind of identifier in it; `record` the data category under which its value is kept; `consent` that it
    answers whether somebody agrees: (purpose, channel or empty, the field with the answer's date).
    """

    def __init__(
        self, en: str, ru: str, ky: str, *, synonyms: str = "", parse: Parser = text, identifies: str = "",
        record: str = "", mandatory: bool = False, consent: tuple[str, str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(column_name=en)
        self.titles = {"en": en, "ru": ru, "ky": ky}
        self.parse = parse
        self.identifies = identifies
        self.record = record
        self.mandatory = mandatory
        self.consent = consent
        self.keys = frozenset(header_key(title) for title in (en, ru, ky, *synonyms.split("|")) if title.strip())

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.titles.get((get_language() or "ky")[:2], self.titles["en"])

    def means(self, key: str) -> bool:
        """Whether a header's key names this column."""
        if "?" not in key:
            return key in self.keys
        pattern = re.compile(re.escape(key).replace(r"\?", "."))
        return len(key.replace("?", "")) > 2 and any(pattern.fullmatch(known) for known in self.keys)


class FileResource(Resource):  # type: ignore[misc]
    """A kind of file: its columns, declared as attributes."""

    @classmethod
    def columns(cls) -> Mapping[str, Column]:
        """The declared columns by field name, in their order."""
        fields: Mapping[str, Any] = cls.fields
        return fields

    @classmethod
    def field_of(cls, title: str) -> str:
        """The name of the field that a header means; empty when none."""
        key = header_key(title)
        return next((name for name, column in cls.columns().items() if key and column.means(key)), "")
