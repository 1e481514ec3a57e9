"""Bring everything that the journal promises into the database, above all after a backup was restored."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from apps.optouts.services.replay import Report, Tally, replay_journal


class Command(BaseCommand):
    help = "Bring every entry of the journal into the database. Harmless when run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--json` for machines."""
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the report; fail when something readable did not go in."""
        try:
            report = replay_journal()
        except (OperationalError, InterfaceError) as error:
            raise CommandError("The database can't be reached. Start it, then run this again.") from error
        self.stdout.write(json.dumps(report.to_data()) if options["json"] else _in_words(report))
        if not report.complete:
            raise CommandError("Some entries are not in the database. They stay in the journal; the log names them.")


def _in_words(report: Report) -> str:
    """A line for each kind, and what could not be brought in."""
    counted = {
        **dict(sorted(report.kinds.items())),
        "in all": Tally(report.entries, report.applied, report.present, report.refused),
    }
    width = max(map(len, counted))
    lines = [
        f"{kind:{width}}  {tally.entries} entries: {tally.applied} new, {tally.present} known, {tally.refused} refused"
        for kind, tally in counted.items()
    ]
    unread = f"entries of unknown kind: {report.unknown.total()}\ndamaged lines: {report.damaged}"
    return "\n".join([f"journal files: {len(report.files)}", *lines, unread])
