"""`manage.py hashed_list OUT --partner CODE --channel CHANNEL`: whom a partner may not write to, as SHA-256 digests."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.campaigns.choices import CHANNELS
from apps.campaigns.engine.refusals import list_message
from apps.campaigns.services.judging import Scope
from apps.campaigns.services.salting import give_hashes, make_salt
from apps.core.drafts import Draft
from apps.imports.engine.refusals import Refused
from apps.optouts.services.salted import salt_of_partner
from apps.partners.models import Partner
from apps.policies.registry import ADVERTISING, PURPOSE_BY_CODE

EXIT_REFUSED = 2


class Command(BaseCommand):
    help = "Write the digests, in a partner's salt, of the addresses that the partner may not write to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, for whom, for what."""
        parser.add_argument("target", metavar="OUT", type=Path, help="where the digests go, one a line")
        parser.add_argument("--partner", required=True, metavar="CODE", help="whose salt, and who will be sending")
        parser.add_argument("--channel", required=True, choices=[str(channel) for channel in CHANNELS])
        parser.add_argument("--purpose", default=ADVERTISING, choices=list(PURPOSE_BY_CODE))
        parser.add_argument("--new-salt", action="store_true", help="make a salt first, and say it")
        parser.add_argument("--json", action="store_true", help="write the figures as JSON to standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 2 for a partner that does not exist or has no salt."""
        partner = Partner.objects.filter(code=options["partner"]).first()
        if partner is None:
            raise CommandError(f"There is no partner {options['partner']}.", returncode=EXIT_REFUSED)
        made = make_salt(actor=None, partner=partner) if options["new_salt"] else None
        salt = made or salt_of_partner(partner.code)
        if salt is None:
            raise CommandError(list_message(Refused("no-salt").to_json()), returncode=EXIT_REFUSED)
        scope = Scope(options["channel"], options["purpose"], partner.code)
        with Draft(options["target"]) as draft:
            given = give_hashes(actor=None, salt=salt, scope=scope, write=draft.file.write)
            draft.publish()
        figures = {"hashes": given.hashes, "without_address": given.without_address, "as_of": given.as_of.isoformat()}
        figures |= {"salt": salt.salt} if made else {}
        said = json.dumps(figures) if options["json"] else ", ".join(f"{name} {said}" for name, said in figures.items())
        self.stdout.write(said)
