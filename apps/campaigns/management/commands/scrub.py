"""`manage.py scrub IN OUT --channel CHANNEL`: a campaign's list without those who may not be written to."""

import hashlib
import json
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from apps.campaigns.choices import CHANNELS, NOT_HASHED, ON_CONSENT, Part
from apps.campaigns.engine.refusals import list_message
from apps.campaigns.engine.sources import open_list
from apps.campaigns.models import Campaign
from apps.campaigns.services.scrubbing import Scrub
from apps.core import clock
from apps.core.drafts import Draft
from apps.core.keyring import keyring
from apps.imports.engine.refusals import Refused
from apps.optouts.choices import EVERY_SENDER
from apps.optouts.models import SaltOwner
from apps.optouts.services.salted import salt_of_partner
from apps.partners.models import Partner
from apps.policies.registry import ADVERTISING, PURPOSE_BY_CODE

EXIT_REFUSED = 2
_READ_BYTES = 1024 * 1024


class Command(BaseCommand):
    help = "Write IN to OUT without the rows of those who may not be contacted. Kept rows are the same bytes as before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two files, and what the message is."""
        parser.add_argument("source", metavar="IN", type=Path, help="CSV or XLSX; any encoding, delimiter and titles")
        parser.add_argument("target", metavar="OUT", type=Path, help="where the kept rows go")
        parser.add_argument("--channel", required=True, help=", ".join(CHANNELS))
        parser.add_argument("--purpose", default=ADVERTISING, help=", ".join(PURPOSE_BY_CODE))
        parser.add_argument(
            "--sender", default=Partner.OPERATOR,
            help="a partner's code; the operator when not given; 'all' for several or unknown senders",
        )  # fmt: skip
        parser.add_argument(
            "--require-consent", default="", metavar="PURPOSE",
            help="keep only those whose consent for this purpose is in force: " + ", ".join(ON_CONSENT),
        )  # fmt: skip
        parser.add_argument("--column", default="", metavar="NAME", help="the column with the addresses, or its number")
        parser.add_argument("--title", default="", help="what the campaign is called")
        parser.add_argument("--removed", type=Path, metavar="FILE", help="where removed rows go, with the reason")
        parser.add_argument("--invalid", type=Path, metavar="FILE", help="where rows without a usable address go")
        parser.add_argument("--links", action="store_true", help="add unsubscribe links and headers to kept rows")
        parser.add_argument("--hashed", action="store_true", help="IN holds SHA-256 digests in the salt of --partner")
        parser.add_argument("--partner", default="", metavar="CODE", help="whose salt a hashed list is in")
        parser.add_argument("--json", action="store_true", help="write the figures as JSON to standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 when the list was scrubbed, 2 when it was refused or something asked for does not exist."""
        campaign = _campaign(options)
        parts = {Part.KEPT: options["target"], Part.REMOVED: options["removed"], Part.INVALID: options["invalid"]}
        try:
            campaign.size, campaign.content_digest = _measured(options["source"])
            with ExitStack() as stack:
                drafts = {str(part): stack.enter_context(Draft(path)) for part, path in parts.items() if path}
                _run(campaign, options["source"], {part: draft.file for part, draft in drafts.items()})
                for draft in drafts.values():
                    draft.publish()
        except OSError as error:
            raise CommandError(_cannot(error), returncode=EXIT_REFUSED) from None
        except Refused as refusal:
            raise CommandError(self._refused(refusal, options), returncode=EXIT_REFUSED) from None
        self._report(campaign, options["json"])

    def _refused(self, refusal: Refused, options: dict[str, Any]) -> str:
        message = list_message(refusal.to_json())
        if options["json"]:
            told = {"refused_file": {**refusal.to_json(), "reason": refusal.code, "message": message}}
            self.stdout.write(json.dumps({**dict.fromkeys([*Part.values, "rows"], 0), **told}, ensure_ascii=False))
        return message

    def _report(self, campaign: Campaign, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(campaign.summary(), ensure_ascii=False))
            return
        assert campaign.as_of is not None
        moment = formats.date_format(timezone.localtime(campaign.as_of), "SHORT_DATETIME_FORMAT")
        figures = ", ".join(f"{name} {number}" for name, number in campaign.figures().items())
        self.stdout.write(f"{campaign.reference}: {figures}")
        self.stdout.write(_("Every opt-out up to %(moment)s is heeded.") % {"moment": moment})


def _run(campaign: Campaign, source: Path, outputs: dict[str, IO[bytes]]) -> None:
    Scrub(campaign, open_list(lambda: source.open("rb")), outputs).run()


def _campaign(options: dict[str, Any]) -> Campaign:
    _known("channel", options["channel"], [str(channel) for channel in CHANNELS])
    _known("purpose", options["purpose"], list(PURPOSE_BY_CODE))
    _known("sender", options["sender"], [EVERY_SENDER, *Partner.objects.values_list("code", flat=True)])
    if options["require_consent"]:
        _known("require-consent", options["require_consent"], list(ON_CONSENT))
        if options["hashed"]:
            raise CommandError(NOT_HASHED, returncode=EXIT_REFUSED)
    title = options["title"] or f"{options['channel']} {clock.today():%Y-%m-%d}"
    return Campaign(
        title=title[:60], channel=options["channel"], purpose=options["purpose"], sender=options["sender"],
        column=options["column"], with_links=options["links"], salt=_salt(options),
        require_consent=options["require_consent"],
    )  # fmt: skip


def _salt(options: dict[str, Any]) -> SaltOwner | None:
    if not options["hashed"]:
        return None
    _known("partner", options["partner"], list(Partner.objects.values_list("code", flat=True)))
    salt = salt_of_partner(options["partner"])
    if salt is None:
        raise CommandError(list_message(Refused("no-salt").to_json()), returncode=EXIT_REFUSED)
    return salt


def _known(name: str, value: str, allowed: list[str]) -> None:
    if value not in allowed:
        known = ", ".join(allowed[:30])
        message = _("Unknown %(name)s “%(value)s”. Known: %(known)s.") % {"name": name, "value": value, "known": known}
        raise CommandError(message, returncode=EXIT_REFUSED)


def _measured(source: Path) -> tuple[int, str]:
    """The size of a file, and the keyed digest of its bytes."""
    size, content = 0, hashlib.sha256()
    with source.open("rb") as file:
        while data := file.read(_READ_BYTES):
            content.update(data)
            size += len(data)
    if not size:
        raise Refused("empty")
    return size, keyring().digest("file", content.hexdigest()).hex()


def _cannot(error: OSError) -> str:
    problem = {"path": error.filename, "problem": error.strerror}
    return _("%(path)s can't be opened: %(problem)s.") % problem
