"""The tables of docs/formats.md, from the declarations that the engine reads files by."""

from collections.abc import Iterable, Iterator

from apps.core.identifiers import normalise_email, normalise_opaque, normalise_phone
from apps.imports.choices import Kind
from apps.imports.engine import acts, formats, values
from apps.imports.engine.columns import Column
from apps.imports.engine.resources import RESOURCES

_READ_AS = {
    values.text: "text", values.place: "text", values.birth_date: "date", values.moment: "date and time",
    values.decimal: "number", values.gender: "gender", values.answer: "yes or no", values.language: "language",
    values.currency: "currency",
    values.latitude: "degrees", values.longitude: "degrees", values.coordinates: "latitude, longitude",
    acts.state: "yes, no or a state", acts.purpose: "purpose", acts.wording: "text",
    normalise_phone: "phone", normalise_email: "e-mail", normalise_opaque: "code",
}  # fmt: skip
# What becomes of a column that neither identifies nor has a category of its own.
_KEPT_AS = {
    Kind.MEMBERS: "consent", Kind.OPTOUTS: "opt-out", Kind.ACTIVITY: "with any of them",
    Kind.INBOUND_SMS: "opt-out or SMS reply", Kind.CONSENTS: "consent",
}  # fmt: skip
BEGIN, END = "<!-- begin: manage.py describe_formats -->", "<!-- end -->"


def tables() -> str:
    """Markdown: the columns of each kind of file, then the providers' files."""
    return "\n".join([*_columns(), *_providers()])


def _columns() -> Iterator[str]:
    for kind, resource in RESOURCES.items():
        yield f"\n### `{kind}`\n"
        yield from _table(("field", "English", "Russian", "Kyrgyz", "is read as", "kept as"))
        for name, column in resource.columns().items():
            kept = f"identifier: {column.identifies}" if column.identifies else column.record
            read_as = _READ_AS[column.parse] + (", mandatory" if column.mandatory else "")
            yield _line((f"`{name}`", *_titles(column), read_as, kept or _KEPT_AS[Kind(kind)]))


def _titles(column: Column) -> tuple[str, str, str]:
    return column.titles["en"], column.titles["ru"], column.titles["ky"]


def _providers() -> Iterator[str]:
    yield "\n### Files of mailing providers (`optouts`)\n"
    yield from _table(("code", "provider", "recognised by"))
    for known in formats.FORMATS:
        yield _line((f"`{known.code}`", known.title, ", ".join([*known.columns, *known.status, *known.needs])))
    for headerless in formats.HEADERLESS:
        yield _line((f"`{headerless.format.code}`", headerless.format.title, "its first row; it has no titles"))


def _table(titles: Iterable[str]) -> Iterator[str]:
    yield _line(titles)
    yield _line("---" for _title in titles)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
