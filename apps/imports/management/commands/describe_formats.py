"""`manage.py describe_formats`: write the tables of docs/formats.md anew, from the declarations in the code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from apps.imports.engine.documenting import BEGIN, END, tables


class Command(BaseCommand):
    help = "Write the tables of columns and providers into docs/formats.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """Another file, for a look at it."""
        parser.add_argument("path", nargs="?", type=Path, default=Path(settings.BASE_DIR) / "docs" / "formats.md")

    def handle(self, *args: Any, **options: Any) -> None:
        """Everything outside the two marks stays as it is."""
        path: Path = options["path"]
        before, _begin, rest = path.read_text().partition(BEGIN)
        _old, _end, after = rest.partition(END)
        path.write_text(f"{before}{BEGIN}\n{tables()}\n\n{END}{after}")
