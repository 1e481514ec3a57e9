"""Texts of the libraries that our catalogues translate: the libraries must still ask for them."""

from collections.abc import Iterator
from pathlib import Path

import allauth
import django
import import_export
import pytest
import unfold

from apps.core.messages.sources import texts_of
from apps.portal import borrowed

PARTS = {
    unfold: ("",),
    import_export: ("",),
    allauth: ("account", "core", "templates"),
    django: ("contrib/admin", "contrib/auth", "core", "db", "forms", "template", "utils", "views"),
}


def library_files() -> Iterator[Path]:
    for module, parts in PARTS.items():
        for part in parts:
            yield from (path for path in (Path(module.__file__).parent / part).rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def asked() -> set[str | tuple[str, str]]:
    return {text.id for path in library_files() for text in texts_of(path)}


def test_every_borrowed_text_is_one_that_a_library_asks_for(asked):
    ours = [text.id for text in texts_of(Path(borrowed.__file__))]
    assert len(ours) > 50
    assert [text for text in ours if text not in asked] == []
