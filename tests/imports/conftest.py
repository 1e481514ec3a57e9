"""What the tests of imports share: running the command, and partners."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.imports.engine import table
from apps.imports.services import judging, staging
from apps.partners.models import Partner
from tests import factories

FILES = Path(__file__).parent / "files"


@pytest.fixture
def alatoo(db: None) -> Partner:
    return factories.PartnerFactory(code="alatoo-coffee", name="Ала-Тоо Coffee")


@pytest.fixture
def import_file(db: None):
    """Run the command; gives the JSON it wrote, with `exit` beside."""

    def run(path: Path, partner: str = "bereke", kind: str = "members", **options: object) -> dict:
        out = io.StringIO()
        try:
            call_command("import_file", str(path), partner=partner, kind=kind, json=True, stdout=out, **options)
        except CommandError as error:
            return {**json.loads(out.getvalue() or "{}"), "exit": error.returncode, "stderr": str(error)}
        return {**json.loads(out.getvalue()), "exit": 0}

    return run


@pytest.fixture
def write(tmp_path: Path):
    """A file with this text or these bytes; gives its path."""

    def write(content: str | bytes, encoding: str = "utf-8", name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def small_steps(monkeypatch):
    """About five rows to a checkpoint of staging, seven to one of judging and merging."""
    monkeypatch.setattr(table, "PIECE", 200)
    monkeypatch.setattr(staging, "CHECKPOINT_BLOCKS", 1)
    monkeypatch.setattr(judging, "CHUNK_ROWS", 7)
