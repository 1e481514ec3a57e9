"""`manage.py verify_proof FILE`: is a proof of consent ours, unchanged, what the ledger says? Exit status 1 if not."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.consents.services.fields_27560 import missing_fields
from apps.consents.services.proof import Verdict, digest_of, verify_text
from apps.consents.services.reading_27560 import Unreadable


class Command(BaseCommand):
    help = "Check a proof of consent: a consent record (ISO/IEC TS 27560, JSON-LD) that this installation made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path, help="the record, as it was downloaded")
        parser.add_argument("--json", action="store_true", help="answer as one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, and say it."""
        try:
            verified = verify_text(options["file"].read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"The file can't be read: {type(error).__name__}.") from error
        except Unreadable as error:
            raise CommandError("This is no consent record.") from error
        records = verified.document.records
        missing = [missing_fields(record) for record in records]
        if options["json"]:
            answer = {
                "verdict": verified.verdict.value, "digest": digest_of(verified.document.content),
                "exact_json": verified.document.exact, "missing": missing, "differing": verified.differing,
            }  # fmt: skip
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stdout.write(f"{verified.verdict.value}: {verified.verdict.label}")
            for fields in missing:
                self.stdout.write(f"mandatory fields missing: {', '.join(fields) or 'none'}")
        if verified.verdict != Verdict.HOLDS:
            raise CommandError(str(verified.verdict.label), returncode=1)
