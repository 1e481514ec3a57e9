"""A process that is killed in the middle of an import: another goes on, and the registers end the same."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.servers import ROOT, SECONDS, Home, own_home

pytestmark = pytest.mark.embedded

HEAD = "card,phone,email,full name,birth date,points,city\n"
ROWS = [f"C{n:05d},0555{n:06d},m{n}@example.kg,Ада {n},14.03.19{n % 90:02d},{n},Ош\n" for n in range(4000)]
ROWS += [f"C{n:05d},0555{n:06d},,Ада {n},,9,Талас\n" for n in range(50)]
ROWS += ["C90000,0555990000,,Дитя,14.03.2024,,\n", ",123,,Без номера,,,\n"]
PEOPLE = "subjects_subject, subjects_identifier, subjects_personalrecord, imports_stagedrow"


@pytest.fixture(scope="module")
def home():
    with own_home(durable=False) as home:
        yield home


def said(home: Home, call: str) -> str:
    """The last line that a function of `carrying` writes."""
    code = f"from tests.imports import carrying; carrying.{call}"
    return home.manage("shell", "-v", "0", "-c", code).stdout.splitlines()[-1]


def started(home: Home, batch: int, **options: object) -> subprocess.Popen:
    more = "".join(f", {name}={value}" for name, value in options.items())
    code = f"from tests.imports import carrying; carrying.carry_on({batch}{more})"
    return subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", code], cwd=ROOT, env=home.variables()
    )  # fmt: skip


def kill_when(home: Home, batch: int, status: str, rows: int) -> None:
    """Start an import, kill its process when the batch is that far, and see its helpers go too."""
    process = started(home, batch)
    until = time.monotonic() + SECONDS
    query = "SELECT count(*) FROM imports_batch WHERE id = %s AND status = %s AND rows_done >= %s"
    while not home.value(query, batch, status, rows):
        assert time.monotonic() < until
        assert process.poll() is None, "it was through before it could be killed"
    helpers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    _gone, alive = psutil.wait_procs(helpers, timeout=20)
    assert not [helper for helper in alive if "postgres" not in helper.name()]


def test_killed_at_several_moments_it_ends_the_same(home, tmp_path: Path):
    file = tmp_path / "members.csv"
    file.write_text(HEAD + "".join(ROWS))
    undisturbed = int(said(home, f"take_in({str(file)!r})"))
    assert started(home, undisturbed).wait() == 0
    expected = said(home, "state()")
    assert expected.startswith("4000 ")
    figures = home.value("SELECT figures::text FROM imports_batch WHERE id = %s", undisturbed)

    home.empty(PEOPLE)
    batch = int(said(home, f"take_in({str(file)!r})"))
    moments = [("reading", 0), ("reading", 400), ("merging", 1), ("merging", 1500), ("merging", 3000)]
    for status, rows in moments:
        kill_when(home, batch, status, rows)
    assert started(home, batch).wait() == 0
    assert said(home, "state()") == expected
    assert home.value("SELECT status FROM imports_batch WHERE id = %s", batch) == "done"
    assert home.value("SELECT figures::text FROM imports_batch WHERE id = %s", batch) == figures
    assert home.value("SELECT count(*) FROM imports_stagedrow WHERE batch_id = %s", batch) == 2


CONSENTS = "phone,purpose,channel,state,date\n"
ACTS = [
    f"0555{n % 1500:06d},advertising,sms,{'given' if n % 7 else 'withdrawn'},2026-0{n % 9 + 1}-{n % 28 + 1:02d}\n"
    for n in range(3000)
]  # fmt: skip
ACTS_OF_PEOPLE = "consents_consentevent, consents_consentstate, imports_stagedrow, optouts_suppression"


def test_consents_killed_at_several_moments_end_the_same(home, tmp_path: Path):
    home.empty(PEOPLE)
    members, file = tmp_path / "members.csv", tmp_path / "consents.csv"
    members.write_text("phone,full name\n" + "".join(f"0555{n:06d},Ада\n" for n in range(1500)))
    file.write_text(CONSENTS + "".join(ACTS))
    assert started(home, int(said(home, f"take_in({str(members)!r})"))).wait() == 0
    undisturbed = int(said(home, f"take_in({str(file)!r}, 'consents')"))
    assert started(home, undisturbed).wait() == 0
    expected = said(home, "ledger()")
    assert expected.startswith("3000 ")
    figures = home.value("SELECT figures::text FROM imports_batch WHERE id = %s", undisturbed)

    home.empty(ACTS_OF_PEOPLE)
    batch = int(said(home, f"take_in({str(file)!r}, 'consents')"))
    for status, rows in [("reading", 400), ("merging", 1), ("merging", 1500)]:
        kill_when(home, batch, status, rows)
    assert started(home, batch).wait() == 0
    assert said(home, "ledger()") == expected
    assert home.value("SELECT figures::text FROM imports_batch WHERE id = %s", batch) == figures
