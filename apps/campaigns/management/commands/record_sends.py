"""`manage.py record_sends C-17 [--at MOMENT]`, or `--csv FILE`: say which campaigns were sent, and when."""

import csv
import json
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.campaigns.models import Campaign, Send
from apps.campaigns.services.sending import record_send
from apps.core import clock
from apps.core.errors import NotPossible
from apps.core.identifiers import Unusable
from apps.imports.engine.values import parse_moment

EXIT_ALARM = 3
_REFERENCE = re.compile(r"[CcСс]?-?(\d{1,18})")


class Command(BaseCommand):
    help = "Record that campaigns were sent, and say who got them after an opt-out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One campaign, or a file of them."""
        parser.add_argument("campaign", nargs="?", default="", help="C-17")
        parser.add_argument("--at", default="", metavar="MOMENT", help="when; now when not given")
        parser.add_argument("--csv", type=Path, metavar="FILE", help="a file with the columns campaign and sent_at")
        parser.add_argument("--json", action="store_true", help="write the figures as JSON to standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 2 for what can't be recorded, 3 when somebody got a message after an opt-out."""
        wanted = list(_of_file(options["csv"])) if options["csv"] else [(options["campaign"], options["at"])]
        sends = [_record(campaign, moment) for campaign, moment in wanted]
        told = [
            {"campaign": f"C-{s.campaign_id}", "sent_at": s.sent_at.isoformat(), "late": s.late, "learnt": s.learnt}
            for s in sends
        ]
        if options["json"]:
            self.stdout.write(json.dumps(told))
        else:
            self.stdout.writelines(", ".join(f"{name} {said}" for name, said in row.items()) + "\n" for row in told)
        late = sum(send.late for send in sends)
        if late:
            raise CommandError(
                f"Sent after an opt-out: {late}. The campaigns' pages say to whom.", returncode=EXIT_ALARM
            )


def _of_file(path: Path) -> Iterator[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            sample = file.read(4096)
            file.seek(0)
            for row in csv.DictReader(file, delimiter=max(",;\t", key=sample.count)):
                yield row["campaign"], row["sent_at"]
    except (OSError, UnicodeDecodeError, KeyError) as error:
        message = f"{path} is no list of sends with the columns campaign and sent_at ({type(error).__name__})."
        raise CommandError(message, returncode=2) from None


def _record(campaign: str, moment: str) -> Send:
    reference = _REFERENCE.fullmatch(campaign.strip())
    if reference is None or not Campaign.objects.filter(pk=int(reference[1])).exists():
        raise CommandError(f"There is no campaign {campaign!r}.", returncode=2)
    try:
        return record_send(actor=None, campaign_id=int(reference[1]), sent_at=_moment(moment))
    except NotPossible as error:
        raise CommandError(f"{campaign}: {error.message}", returncode=2) from None


def _moment(text: str) -> datetime:
    try:
        return parse_moment(text, ZoneInfo(settings.TIME_ZONE)) if text else clock.now()
    except (Unusable, ValueError, OverflowError):
        raise CommandError(f"{text!r} is no moment. Write 2026-11-25 10:15.", returncode=2) from None
