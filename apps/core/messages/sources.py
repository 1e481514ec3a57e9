"""Which folders have a catalogue, and which texts their sources ask for."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATE_SUFFIXES = (".html", ".txt", ".xml")


@dataclass(frozen=True)
class Text:
    """A text that a source asks for: one string, or (singular, plural); and the comments meant for translators."""

    id: str | tuple[str, str]
    context: str | None
    comments: tuple[str, ...]


@dataclass(frozen=True)
class Area:
    """A `locale` folder, and the folders whose texts it answers for."""

    locale: Path
    sources: tuple[Path, ...]

    @property
    def name(self) -> str:
        """The app's, or `templates`."""
        return self.locale.parent.name

    def texts(self) -> Iterator[Text]:
        """Every text of the area, file by file."""
        for folder in self.sources:
            for path in sorted(folder.rglob("*")):
                parts = path.relative_to(folder).parts
                if "migrations" not in parts and "locale" not in parts:
                    yield from texts_of(path)


def areas() -> list[Area]:
    """One area for each of our apps; one for `templates/` and `config/`."""
    top = Path(settings.BASE_DIR)
    folders = [Path(config.path) for config in apps.get_app_configs() if config.name.startswith("apps.")]
    return [
        *(Area(folder / "locale", (folder,)) for folder in sorted(folders)),
        Area(top / "templates" / "locale", (top / "config", top / "templates")),
    ]


def texts_of(path: Path) -> Iterator[Text]:
    """The texts of one Python file or template; none for any other file."""
    if path.suffix == ".py":
        yield from _python_texts(path.read_bytes())
    elif path.suffix in TEMPLATE_SUFFIXES:
        pseudo = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        # What is left of the markup is no Python: its indentation would be an error.
        yield from _python_texts("\n".join(line.strip() for line in pseudo.splitlines()).encode())


def _python_texts(source: bytes) -> Iterator[Text]:
    found = extract(
        "python", io.BytesIO(source), KEYWORDS, ["Translators:"], {"encoding": "utf-8"}, strip_comment_tags=True
    )
    for _line, message, comments, context in found:
        id_ = (message[0], message[1]) if isinstance(message, tuple) else message
        if id_:
            yield Text(id_, context, tuple(comments))
