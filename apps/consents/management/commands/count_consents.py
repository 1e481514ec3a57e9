"""`manage.py count_consents`: the figures of days, counted anew by all that is known now."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.consents.services.count import count_consents, count_day
from apps.core import clock


class Command(BaseCommand):
    help = "Count consents into the table of figures: today, and with --since every day from then on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From when on."""
        parser.add_argument(
            "--since", type=date.fromisoformat, help="a day as 2026-01-31; one pass over the ledger each"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Count."""
        since, today = options["since"], clock.today()
        if since is None:
            count_consents()
            return
        if since > today:
            raise CommandError("This day lies in the future.")
        for days in range((today - since).days + 1):
            count_day(since + timedelta(days=days))
        self.stdout.write(f"{(today - since).days + 1} days counted.")
