"""Catalogues on disk: brought up to date with the sources, checked, compiled."""

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from apps.core.messages.sources import Area

LANGUAGES = ("ky", "ru")
# Those of Django's own catalogues: texts of one language must count alike.
PLURAL_FORMS = {
    "ky": "nplurals=1; plural=0;",
    "ru": "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : "
    "n%10==0 || (n%10>=5 && n%10<=9) || (n%100>=11 && n%100<=14)? 2 : 3);",
}
# No dates and no line numbers: a catalogue changes when a text does.
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")


def path_of(area: Area, language: str) -> Path:
    """Where an area's catalogue of a language lies."""
    return area.locale / language / "LC_MESSAGES" / "django.po"


def _header(language: str) -> str:
    return HEADER.format(language=language, plural_forms=PLURAL_FORMS[language])


def load(path: Path, language: str) -> Catalog:
    """The catalogue of a file; an empty one where there is no file."""
    text = path.read_text(encoding="utf-8") if path.exists() else _header(language)
    return read_po(io.StringIO(text), locale=language)


def wanted(area: Area, language: str) -> Catalog:
    """What the sources of an area ask for, untranslated."""
    catalog = read_po(io.StringIO(_header(language)), locale=language)
    for text in area.texts():
        catalog.add(text.id, context=text.context, auto_comments=text.comments)
    return catalog


def update(area: Area, language: str) -> None:
    """Rewrite a catalogue: texts of the sources, sorted, with the translations that are known already."""
    path = path_of(area, language)
    known, fresh = load(path, language), wanted(area, language)
    if not len(fresh):
        return
    for message in fresh:
        old = known.get(message.id, context=message.context) if message.id else None
        if old is not None and _plural(old) == _plural(message):
            message.string, message.user_comments, message.flags = (
                old.string,
                old.user_comments,
                old.flags | message.flags,
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    body = io.BytesIO()
    write_po(body, fresh, width=110, no_location=True, omit_header=True, sort_output=True)
    path.write_text(_header(language) + body.getvalue().decode().strip() + "\n", encoding="utf-8")


def problems(area: Area, language: str) -> Iterator[str]:
    """What is wrong with a catalogue, a line each: texts missing, left over, untranslated, doubtful or damaged."""
    known, fresh = load(path_of(area, language), language), wanted(area, language)
    for message in _entries(fresh):
        entry = known.get(message.id, context=message.context)
        if entry is None:
            yield f"missing: {_name(message)}"
        else:
            yield from _faults(entry, known.num_plurals)
    for message in _entries(known):
        if fresh.get(message.id, context=message.context) is None:
            yield f"no source asks for it: {_name(message)}"


def clashes(found: Iterable[Area], language: str) -> Iterator[str]:
    """Texts that areas translate differently, a line each: Django shows one translation of a text, wherever it stands.

    A text without plural forms is held against the first form of one that has them.
    """
    told: dict[tuple[str | None, str], list[tuple[Area, list[str]]]] = {}
    for area in found:
        for message in _entries(load(path_of(area, language), language)):
            forms = _strings(message)
            if not all(forms):
                continue
            others = told.setdefault((message.context, _singular(message)), [])
            other = next((said for said in others if _differ(said[1], forms)), None)
            if other:
                yield f"{_name(message)}{_context(message)}: {_said(*other)}, {_said(area, forms)}"
            others.append((area, forms))


def compile_area(area: Area, language: str) -> bool:
    """Write the compiled catalogue where it is older than its source. Says whether it did."""
    path = path_of(area, language)
    compiled = path.with_suffix(".mo")
    if not path.exists() or (compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime):
        return False
    body = io.BytesIO()
    write_mo(body, load(path, language))
    draft = compiled.with_suffix(".mo.draft")
    draft.write_bytes(body.getvalue())
    draft.replace(compiled)  # a process that reads meanwhile sees the old one or the new one, whole
    return True


def _entries(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _plural(message: Message) -> str | None:
    return message.id[1] if isinstance(message.id, tuple | list) else None


def _singular(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def _strings(message: Message) -> list[str]:
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return [str(text or "") for text in strings]


def _differ(ours: list[str], theirs: list[str]) -> bool:
    return any(one != other for one, other in zip(ours, theirs, strict=False))


def _context(message: Message) -> str:
    return f" ({message.context})" if message.context else ""


def _said(area: Area, forms: list[str]) -> str:
    return f"{area.name} says {' / '.join(forms)!r}"


def _name(message: Message) -> str:
    return repr(_singular(message))


def _faults(message: Message, plurals: int) -> Iterator[str]:
    strings = _strings(message)
    if message.fuzzy:
        yield f"doubtful (fuzzy): {_name(message)}"
    if not all(strings) or len(strings) != (plurals if _plural(message) else 1):
        yield f"not translated: {_name(message)}"
    elif any(_placeholders(text) - _asked(message) or _lost(message, text) for text in filter(None, strings)):
        yield f"placeholders differ: {_name(message)}"


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text.replace("%%", "")))


def _asked(message: Message) -> set[str]:
    ids = message.id if isinstance(message.id, tuple | list) else [message.id]
    return set().union(*(_placeholders(text) for text in ids))


def _lost(message: Message, string: str) -> bool:
    """Whether a placeholder that every form of the source has is missing; a plural form may leave the number out."""
    ids = message.id if isinstance(message.id, tuple | list) else [message.id]
    return bool(set.intersection(*(_placeholders(text) for text in ids)) - _placeholders(string))
