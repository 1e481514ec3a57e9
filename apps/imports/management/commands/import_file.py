"""`manage.py import_file PATH --partner CODE --kind KIND`: read and merge a file here and now, without a worker."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import files
from apps.imports.choices import FIGURES, ColumnStyle, Kind, Status
from apps.imports.engine.layout import Layout
from apps.imports.engine.refusals import Refused, file_message
from apps.imports.models import Batch
from apps.imports.services.deciding import cancel, confirm
from apps.imports.services.mapping import MAPPABLE, map_columns
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
        parser.add_argument(
            "--map", action="append", default=[], metavar="TITLE=FIELD[:STYLE]",
            help="what a column holds, kept for the partner's next file; fields are in docs/formats.md, styles: "
            + ", ".join(ColumnStyle.values),
        )  # fmt: skip
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
            run = _dry_run if options["dry_run"] else _import
            batch = run(partner, kind, stored, options["map"])
        finally:
            files.delete(stored.name)
        self._report(batch.summary() | _notes(batch), options["json"])

    def _report(self, summary: dict[str, Any], as_json: bool) -> None:
        refusal = summary.get("refused_file")
        if refusal:
            hint = " " + _("Use --map 'title=field', or the page of the file.") if "asks" in refusal else ""
            message = file_message(refusal) + hint
            summary["refused_file"] = {**refusal, "reason": refusal["code"], "message": message}
        if as_json:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
        elif not refusal:
            self.stdout.write(", ".join(f"{name} {summary[name]}" for name in FIGURES))
            self.stdout.writelines(f"{note['message']}\n" for note in summary.get("notes", ()))
        if refusal:
            raise CommandError(summary["refused_file"]["message"], returncode=EXIT_REFUSED)


def _notes(batch: Batch) -> dict[str, Any]:
    """What should be known of a file that was taken, under `notes`; nothing where there is nothing to know."""
    notes = [{**note, "message": file_message(note)} for note in batch.notes]
    return {"notes": notes} if notes else {}


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


def _import(partner: Partner, kind: str, stored: StoredFile, mapped: list[str]) -> Batch:
    batch = _read(partner, kind, stored, mapped)
    if batch.status != Status.READY:
        return batch
    confirm(actor=None, batch_id=batch.pk)
    return merge_batch(batch_id=batch.pk)


def _dry_run(partner: Partner, kind: str, stored: StoredFile, mapped: list[str]) -> Batch:
    with transaction.atomic():
        batch = _read(partner, kind, stored, mapped)
        transaction.set_rollback(True)
    return batch


def _read(partner: Partner, kind: str, stored: StoredFile, mapped: list[str]) -> Batch:
    """Read it; where columns are named on the command line, read it again by those names."""
    batch = read_batch(batch_id=receive(actor=None, partner=partner, kind=kind, stored=stored).pk, ask=bool(mapped))
    if not mapped or batch.status not in MAPPABLE:
        return batch
    try:
        fields, styles = _mapping(Layout.from_json(batch.layout), mapped)
        map_columns(actor=None, batch_id=batch.pk, fields=fields, styles=styles)
    except Refused as refusal:
        cancel(actor=None, batch_id=batch.pk)
        raise CommandError(file_message(refusal.to_json()), returncode=EXIT_REFUSED) from None
    except CommandError:
        cancel(actor=None, batch_id=batch.pk)
        raise
    return read_batch(batch_id=batch.pk, ask=False)


def _mapping(layout: Layout, mapped: list[str]) -> tuple[list[str], list[str]]:
    """Fields and styles by column: those found, with what the command line says in their place."""
    fields, styles = list(layout.fields), list(layout.styles or [""] * len(layout.fields))
    for said in mapped:
        title, _equals, named = said.rpartition("=")
        if title not in layout.titles:
            known = ", ".join(layout.titles)
            message = _("There is no column %(title)s. Columns: %(known)s.") % {"title": title, "known": known}
            raise CommandError(message, returncode=EXIT_REFUSED)
        fields[layout.titles.index(title)], _colon, styles[layout.titles.index(title)] = named.partition(":")
    return fields, styles
