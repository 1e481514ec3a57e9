"""Add unsubscribe links, and the headers that carry them, to a campaign's list."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.choices import Channel
from apps.core.workers import WorkerDied
from apps.optouts.choices import EVERY_SENDER
from apps.optouts.services.mint import Mailing
from apps.optouts.services.mint_file import BadList, mint_file
from apps.partners.models import Partner
from apps.policies.registry import ADVERTISING, PURPOSE_BY_CODE

MAX_CAMPAIGN_LENGTH = 60


class Command(BaseCommand):
    help = "Write IN to OUT with the columns unsubscribe_url, list_unsubscribe and list_unsubscribe_post added."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two files and what the mailing is."""
        parser.add_argument("source", metavar="IN", type=Path, help="CSV with a header row")
        parser.add_argument("target", metavar="OUT", type=Path, help="where the result goes")
        parser.add_argument("--channel", required=True, help=", ".join(Channel.values))
        parser.add_argument("--column", required=True, metavar="NAME", help="the column with the addresses")
        parser.add_argument("--purpose", default=ADVERTISING, help=", ".join(PURPOSE_BY_CODE))
        parser.add_argument("--sender", default=EVERY_SENDER, help="a partner's code; every sender when not given")
        parser.add_argument("--campaign", default="", help="what the mailing is called in reports")
        parser.add_argument("--language", default="", help=", ".join(code for code, _name in settings.LANGUAGES))

    def handle(self, *args: Any, **options: Any) -> None:
        """Mint, and say how many rows have no link and why."""
        mailing = _mailing(options)
        try:
            summary = mint_file(
                actor=None,
                source=options["source"],
                target=options["target"],
                mailing=mailing,
                column=options["column"],
            )
        except BadList as error:
            raise CommandError(str(error)) from error
        except WorkerDied as error:
            raise CommandError("A process that made links was ended. Nothing was written; run it again.") from error
        reasons = "".join(f", {reason} {count}" for reason, count in sorted(summary.unusable.items()))
        self.stdout.write(f"rows {summary.rows}, links {summary.links}, no link {summary.unusable.total()}{reasons}")
        if mailing.has_headers and not settings.PUBLIC_BASE_URL.startswith("https://"):
            self.stderr.write("PUBLIC_BASE_URL is not https: mail programs show no unsubscribe button for these links.")


def _mailing(options: dict[str, Any]) -> Mailing:
    languages = ["", *(code for code, _name in settings.LANGUAGES)]
    _known("channel", options["channel"], list(Channel.values))
    _known("purpose", options["purpose"], list(PURPOSE_BY_CODE))
    _known("language", options["language"], languages)
    if options["sender"] != EVERY_SENDER:
        _known("sender", options["sender"], [EVERY_SENDER, *Partner.objects.values_list("code", flat=True)])
    if len(options["campaign"]) > MAX_CAMPAIGN_LENGTH:
        raise CommandError(f"A campaign's name has at most {MAX_CAMPAIGN_LENGTH} characters.")
    names = ("channel", "purpose", "sender", "campaign", "language")
    return Mailing(**{name: options[name] for name in names})


def _known(name: str, value: str, allowed: list[str]) -> None:
    if value not in allowed:
        raise CommandError(f"Unknown {name} {value!r}. Known: {', '.join(filter(None, allowed))}.")
