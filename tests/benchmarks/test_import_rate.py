"""How fast a members file goes through, beside raw COPY of as many rows and beside stock django-import-export.

`AMANAT_BENCH_ROWS` sets the rows (default 20,000), `AMANAT_MAKE_MEMBERS` the script that writes the file.
"""

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tablib
from django.db import connection
from import_export import fields, resources, widgets

from apps.core import clock, identifiers
from apps.core.keyring import keyring
from apps.imports.choices import Kind
from apps.imports.engine.rows import MemberReader
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.imports.services.staging import data_rows, inspect
from apps.partners.models import Partner
from apps.subjects.models import Identifier, Subject
from tests.imports.test_decide import taken_in

ROWS = int(os.environ.get("AMANAT_BENCH_ROWS", "20000"))
STOCK_ROWS = min(ROWS, 2_000)
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "tools" / "make_members.py"
SCRIPT = Path(os.environ.get("AMANAT_MAKE_MEMBERS", BESIDE))
MIN_TIMES_STOCK = 3


@pytest.fixture(scope="module")
def members() -> bytes:
    if not SCRIPT.is_file():
        pytest.skip("make_members.py is not beside the project")
    return subprocess.run([sys.executable, SCRIPT, str(ROWS)], capture_output=True, check=True).stdout


class DigestWidget(widgets.Widget):
    """A phone as the digest by which stock import-export finds its row."""

    def clean(self, value, row=None, **kwargs):
        return identifiers.digest("phone", value)


class StockResource(resources.ModelResource):
    """What a desk without an engine would do: one identifier a row, upserted by its digest."""

    digest = fields.Field("digest", "phone", DigestWidget())

    class Meta:
        model = Identifier
        fields = ("digest",)
        import_id_fields = ("digest",)
        use_bulk = True
        skip_diff = True
        batch_size = 1000

    def before_save_instance(self, instance, row, **kwargs):
        """Each row's person, and the value sealed as everywhere."""
        instance.subject = Subject.objects.create()
        instance.kind, instance.value = "phone", row["phone"]


def _rate(rows: int, started: float) -> float:
    return rows / (time.perf_counter() - started)


def _engine(partner: Partner, content: bytes) -> float:
    started = time.perf_counter()
    batch = taken_in(partner, content.decode())
    confirm(actor=None, batch_id=batch.pk)
    figures = merge_batch(batch_id=batch.pk).figures
    assert figures["rows"] == ROWS
    return _rate(ROWS, started)


def _stock() -> float:
    data = tablib.Dataset(*[(f"+996777{n:06d}",) for n in range(STOCK_ROWS)], headers=["phone"])
    started = time.perf_counter()
    result = StockResource().import_data(data, raise_errors=True)
    assert result.totals["new"] == STOCK_ROWS
    return _rate(STOCK_ROWS, started)


def _raw_copy() -> float:
    """Rows a second of COPY alone: one person and three sealed identifiers each, ready made."""
    first = 10**9
    sealed = [keyring().encrypt(b"+996555123401", b"subjects_identifier.value") for _ in range(3)]
    now = clock.now()
    started = time.perf_counter()
    with connection.cursor() as cursor:
        with cursor.copy("COPY subjects_subject (id, created_at, language, restriction_reason) FROM STDIN") as copy:
            for n in range(ROWS):
                copy.write_row((first + n, now, "", ""))
        columns = "subject_id, kind, digest, value, created_at"
        with cursor.copy(f"COPY subjects_identifier ({columns}) FROM STDIN") as copy:
            for n in range(ROWS):
                for kind, value in zip(("phone", "card", "email"), sealed, strict=True):
                    copy.write_row((first + n, kind, os.urandom(16), value, now))
    return _rate(ROWS, started)


def test_rate_of_new_and_of_known_members(members, partner, capsys):
    new, known = _engine(partner, members), _engine(partner, members)
    stock, raw = _stock(), _raw_copy()
    with capsys.disabled():
        sys.stdout.write(
            f"\nmembers, {ROWS} rows: new {new:.0f}/s, known {known:.0f}/s; stock import-export {stock:.0f}/s "
            f"({new / stock:.1f} times); raw COPY {raw:.0f}/s ({new / raw:.2f} of it)\n"
        )
    assert new > stock * MIN_TIMES_STOCK


def test_rate_of_looking_through_and_sealing(members, capsys):
    started = time.perf_counter()
    layout, count = inspect(lambda: io.BytesIO(members), Kind.MEMBERS)
    looked = _rate(count, started)
    reader = MemberReader(layout, batch_id=1, partner_code="bereke")
    started = time.perf_counter()
    staged = sum(1 for n, row in enumerate(data_rows(lambda: io.BytesIO(members), layout), 1) if reader.stage(n, row))
    with capsys.disabled():
        sys.stdout.write(f"\nlooking through {looked:.0f}/s, sealing {_rate(staged, started):.0f}/s\n")
    assert staged == count == ROWS
