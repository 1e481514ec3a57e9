"""What the tests of campaigns share: running the command, refusals, and partners."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.core import clock, identifiers
from apps.optouts.models import Suppression
from apps.optouts.services.remembering import note_addresses
from tests.imports.conftest import alatoo, import_file

__all__ = ["alatoo", "import_file"]


@pytest.fixture
def scrub(db: None, tmp_path: Path):
    """Run the command over these bytes; gives the JSON it wrote, with `exit`, and the parts as bytes."""

    def run(content: bytes, name: str = "list.csv", **options: object) -> dict:
        source = tmp_path / name
        source.write_bytes(content)
        paths = {part: tmp_path / f"{part}-{name}" for part in ("kept", "removed", "invalid")}
        for path in paths.values():
            path.unlink(missing_ok=True)
        out = io.StringIO()
        arguments = {
            "channel": "sms",
            "json": True,
            "removed": paths["removed"],
            "invalid": paths["invalid"],
            **options,
        }
        try:
            call_command("scrub", source, paths["kept"], stdout=out, **arguments)
        except CommandError as error:
            return {**json.loads(out.getvalue() or "{}"), "exit": error.returncode, "stderr": str(error)}
        files = {f"{part}_file": path.read_bytes() for part, path in paths.items() if path.exists()}
        return {**json.loads(out.getvalue()), "exit": 0, **files}

    return run


def refuse(value: str, kind: str = "phone", **scope: object) -> Suppression:
    """A suppression of a normalised address."""
    given = {"channel": "sms", "purpose": "advertising", "sender": "all", "reason": "refusal", "since": clock.now()}
    digest = identifiers.digest(kind, value)
    note_addresses([(kind, digest)])
    return Suppression.objects.create(kind=kind, digest=digest, **{**given, **scope})
