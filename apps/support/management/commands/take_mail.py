"""`manage.py take_mail FILE…` or `--imap`: take in letters here and now, without a worker."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.core.errors import NotPossible
from apps.support.models import MailRun
from apps.support.services.run_mail import hand_in, take_file, take_mailbox

COUNTS = ("requests", "replies", "automatic", "aside", "twice")


class Command(BaseCommand):
    help = "Take in e-mail: files (.eml, mbox), or what lies in the mailbox IMAP_URL."

    def add_arguments(self, parser: CommandParser) -> None:
        """Files, or the mailbox."""
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--imap", action="store_true", help="take in what lies in the mailbox IMAP_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 where something could not be taken in at all; the rest is taken in all the same."""
        if bool(options["files"]) == options["imap"]:
            raise CommandError(_("Name files, or the mailbox by --imap."))
        problems = [self._mailbox()] if options["imap"] else [self._file(path) for path in options["files"]]
        if any(problems):
            raise CommandError("; ".join(problem for problem in problems if problem))

    def _file(self, path: Path) -> str:
        try:
            with path.open("rb") as stream:
                run = hand_in(actor=None, stream=stream)
        except OSError as error:
            return _("%(path)s can't be read: %(problem)s.") % {"path": path, "problem": error.strerror}
        except NotPossible as error:
            return f"{path}: {error.message}"
        return self._told(take_file(run_id=run.pk), str(path))

    def _mailbox(self) -> str:
        if not settings.IMAP_URL:
            return _("No mailbox is named: set IMAP_URL.")
        run = take_mailbox()
        if run is None:
            self.stdout.write(_("Nothing lay in the mailbox."))
            return ""
        return self._told(run, "IMAP")

    def _told(self, run: MailRun, name: str) -> str:
        self.stdout.write(f"{name}: " + ", ".join(f"{count} {getattr(run, count)}" for count in COUNTS))
        return f"{name}: {run.get_failure_display()}" if run.failure else ""
