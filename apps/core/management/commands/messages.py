"""`manage.py messages`: keep the catalogues of the interface's texts, with nothing but Python."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.messages import catalogue
from apps.core.messages.sources import Area, areas


class Command(BaseCommand):
    help = "Bring the catalogues up to date with the sources (extract), or compile them. --check only looks."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do."""
        parser.add_argument("action", nargs="?", choices=["extract", "compile"], default="extract")
        parser.add_argument(
            "--check", action="store_true",
            help="change nothing; fail when a catalogue isn't complete, or two translate one text differently",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it for every area and language."""
        work = [(area, language) for area in areas() for language in catalogue.LANGUAGES]
        if options["check"]:
            self._check(work)
        for area, language in [] if options["check"] else work:
            if options["action"] == "compile":
                catalogue.compile_area(area, language)
            else:
                catalogue.update(area, language)

    def _check(self, work: list[tuple[Area, str]]) -> None:
        found = 0
        for area, language in work:
            path = catalogue.path_of(area, language).relative_to(settings.BASE_DIR)
            for problem in catalogue.problems(area, language):
                self.stderr.write(f"{path}: {problem}")
                found += 1
        for language in catalogue.LANGUAGES:
            for clash in catalogue.clashes(areas(), language):
                self.stderr.write(f"{language}, translated in two ways: {clash}")
                found += 1
        if found:
            raise CommandError(f"{found} texts to see to. `manage.py messages` adds what is missing.")
