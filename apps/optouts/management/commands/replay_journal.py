"""Bring everything that the journal promises into the database, above all after a backup was restored."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from apps.optouts.services.replay import Report, replay_journal


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
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(report.kinds.items())) or "none"
    return (
        f"Journal entries: {report.entries} ({kinds})\n"
        f"applied now:     {report.applied}\n"
        f"already there:   {report.present}\n"
        f"refused:         {report.refused}\n"
        f"unknown kind:    {report.unknown.total()}\n"
        f"damaged lines:   {report.damaged}"
    )
