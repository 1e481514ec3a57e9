"""`manage.py verify_audit`: is the audit record what was sealed? Exit status 1 when it is not."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from apps.audit.verification import Report, verify


def _known(text: str) -> tuple[int, str]:
    number, _, digest = text.partition(":")
    if not (number.isascii() and number.isdigit() and digest):
        raise ArgumentTypeError("A known seal reads NUMBER:HASH, as the log and this command print it.")
    return int(number), digest.lower()


class Command(BaseCommand):
    help = "Check every audit entry against the chain of seals."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How to answer, and what is known from elsewhere."""
        parser.add_argument("--json", action="store_true", help="answer as one JSON document")
        parser.add_argument(
            "--known",
            type=_known,
            action="append",
            default=[],
            metavar="NUMBER:HASH",
            help="a seal noted earlier, from the log or from this command; shows whether the chain's end was cut off",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, and say it."""
        report = verify(known=dict(options["known"]))
        if options["json"]:
            document = {**asdict(report), "intact": report.intact}
            self.stdout.write(json.dumps(document, cls=DjangoJSONEncoder))
        else:
            self._tell(report)
        if not report.intact:
            raise CommandError(f"The audit record is not what was sealed. First: {report.faults[0]}.", returncode=1)

    def _tell(self, report: Report) -> None:
        self.stdout.write(f"seals {report.seals}, entries {report.entries}, last seal {report.head or 'none'}")
        since = f" since {report.unsealed_since.isoformat()}" if report.unsealed_since else ""
        self.stdout.write(f"not sealed yet {report.unsealed}{since}")
        for fault in report.faults:
            self.stderr.write(str(fault))
        if report.fault_count > len(report.faults):
            self.stderr.write(f"… and {report.fault_count - len(report.faults)} more")
