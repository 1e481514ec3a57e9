"""What the documentation says of columns and providers is what the code declares."""

from pathlib import Path

from django.core.management import call_command

from apps.imports.engine import formats
from apps.imports.engine.resources import RESOURCES

DOCUMENT = Path(__file__).parents[2] / "docs" / "formats.md"


def test_the_documented_tables_are_those_of_the_code(tmp_path):
    copy = tmp_path / "formats.md"
    copy.write_text(DOCUMENT.read_text())
    call_command("describe_formats", copy)
    assert copy.read_text() == DOCUMENT.read_text(), "run manage.py describe_formats"


def test_every_column_and_provider_has_its_line(tmp_path):
    copy = tmp_path / "formats.md"
    copy.write_text(DOCUMENT.read_text().replace("| `phone` |", "| gone |"))
    call_command("describe_formats", copy)
    text = copy.read_text()
    assert "| gone |" not in text
    for resource in RESOURCES.values():
        assert all(f"| `{name}` | {column.titles['en']} |" in text for name, column in resource.columns().items())
    assert all(f"| `{known.code}` |" in text for known in formats.FORMATS)
