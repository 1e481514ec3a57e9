"""Texts of the libraries that our catalogues translate: the libraries must still ask for them."""

from pathlib import Path

import django
import import_export
import pytest
import unfold

from apps.core.messages.sources import texts_of
from apps.portal import borrowed

LIBRARIES = [Path(module.__file__).parent for module in (unfold, import_export, django)]


@pytest.fixture(scope="module")
def asked() -> set[str | tuple[str, str]]:
    folders = [*LIBRARIES[:2], *(LIBRARIES[2] / part for part in ("contrib/admin", "contrib/auth", "forms"))]
    return {text.id for folder in folders for path in folder.rglob("*") if path.is_file() for text in texts_of(path)}


def test_every_borrowed_text_is_one_that_a_library_asks_for(asked):
    ours = [text.id for text in texts_of(Path(borrowed.__file__))]
    assert len(ours) > 50
    assert [text for text in ours if text not in asked] == []
