"""`manage.py import_file PATH --partner CODE --kind KIND`: read and merge a file here and now, without a worker."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import files
from apps.imports.choices import FIGURES, Kind, Status
from apps.imports.engine.refusals import Refused, file_message
from apps.imports.models import Batch
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.imports.services.reading import read_batch
from apps.imports.services.receiving import MEGABYTE, Intake, StoredFile, receive
from apps.partners.models import Partner

EXIT_REFUSED = 2


class Command(BaseCommand):
    help = "Read a partner's file, judge its rows and merge them."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, whose it is, what it holds."""
        parser.add_argument("path", type=Path)
        parser.add_argument("--partner", required=True, metavar="CODE", help="the partner that the file comes from")
        parser.add_argument("--kind", required=True, metavar="KIND", help=", ".join(Kind.values))
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and store nothing")
        parser.add_argument("--json", action="store_true", help="write the figures as JSON to standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 when the file was merged, 2 when it was refused or something asked for does not exist."""
        partner, kind = _partner(options["partner"]), _kind(options["kind"])
        try:
            stored = _store(options["path"])
        except Refused as refusal:
            self._report(dict.fromkeys(FIGURES, 0) | {"refused_file": refusal.to_json()}, options["json"])
            return
        try:
            batch = _dry_run(partner, kind, stored) if options["dry_run"] else _import(partner, kind, stored)
        finally:
            files.delete(stored.name)
        self._report(batch.summary(), options["json"])

    def _report(self, summary: dict[str, Any], as_json: bool) -> None:
        refusal = summary.get("refused_file")
        if refusal:
            summary["refused_file"] = {**refusal, "reason": refusal["code"], "message": file_message(refusal)}
        if as_json:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
        elif not refusal:
            self.stdout.write(", ".join(f"{name} {summary[name]}" for name in FIGURES))
        if refusal:
            raise CommandError(summary["refused_file"]["message"], returncode=EXIT_REFUSED)


def _partner(code: str) -> Partner:
    partner = Partner.objects.filter(code=code).first()
    if partner is None:
        known = ", ".join(Partner.objects.filter(active=True).order_by("code").values_list("code", flat=True)[:20])
        message = _("There is no partner %(code)s. Partners: %(known)s.") % {"code": code, "known": known}
        raise CommandError(message, returncode=EXIT_REFUSED)
    return partner


def _kind(kind: str) -> str:
    if kind not in Kind.values:
        message = _("There is no kind %(kind)s. Kinds: %(known)s.")
        raise CommandError(message % {"kind": kind, "known": ", ".join(Kind.values)}, returncode=EXIT_REFUSED)
    return kind


def _store(path: Path) -> StoredFile:
    """The file, encrypted. Raises Refused for its size, CommandError where it can't be read."""
    if path.is_dir():
        raise CommandError(_("%(path)s is a folder. Name a file.") % {"path": path}, returncode=EXIT_REFUSED)
    intake = Intake()
    try:
        with path.open("rb") as file:
            while data := file.read(MEGABYTE):
                intake.write(data)
    except OSError as error:
        intake.discard()
        message = _("%(path)s can't be read: %(problem)s.") % {"path": path, "problem": error.strerror}
        raise CommandError(message, returncode=EXIT_REFUSED) from None
    return intake.finish()


def _import(partner: Partner, kind: str, stored: StoredFile) -> Batch:
    batch = read_batch(batch_id=receive(actor=None, partner=partner, kind=kind, stored=stored).pk)
    if batch.status != Status.READY:
        return batch
    confirm(actor=None, batch_id=batch.pk)
    return merge_batch(batch_id=batch.pk)


def _dry_run(partner: Partner, kind: str, stored: StoredFile) -> Batch:
    with transaction.atomic():
        batch = read_batch(batch_id=receive(actor=None, partner=partner, kind=kind, stored=stored).pk)
        transaction.set_rollback(True)
    return batch
