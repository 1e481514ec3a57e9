"""A process that is killed in the middle of an import: another goes on, and the registers end the same."""

import contextlib
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.imports.carrying import DONE
from tests.servers import ROOT, SECONDS, Home, own_home

pytestmark = pytest.mark.embedded

HEAD = "card,phone,email,full name,birth date,points,city\n"
ROWS = [f"C{n:05d},0555{n:06d},m{n}@example.kg,Ада {n},14.03.19{n % 90:02d},{n},Ош\n" for n in range(4000)]
ROWS += [f"C{n:05d},0555{n:06d},,Ада {n},,9,Талас\n" for n in range(50)]
ROWS += ["C90000,0555990000,,Дитя,14.03.2024,,\n", ",123,,Без номера,,,\n"]
PEOPLE = "subjects_subject, subjects_identifier, subjects_personalrecord, imports_stagedrow"


class Desk(Home):
    """A home, and a process that has its project loaded: all that is started here is a copy of it."""

    def start(self, call: str) -> "Started":
        """Begin a function of `carrying` in a process of its own."""
        out = Path(tempfile.mkstemp(dir=self.path)[1])
        self.copied.stdin.write(f"{out} {call}\n")
        self.copied.stdin.flush()
        return Started(int(self.copied.stdout.readline()), out)

    def said(self, call: str) -> str:
        """The last line that a function of `carrying` writes."""
        return self.start(call).said()


@dataclass
class Started:
    """A process under way, and where it writes."""

    number: int
    out: Path

    def said(self) -> str:
        """Its last line, once it is through."""
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(self.number).wait(3 * SECONDS)
        *_, said, last = ["", *self.out.read_text().splitlines()]
        assert last == DONE, "it came to grief"
        return said


@pytest.fixture(scope="module")
def home():
    code = "from tests.imports import carrying; carrying.serve()"
    with own_home(durable=False) as home:
        desk = Desk(home.path, home.environment)
        desk.copied = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", code],
            cwd=ROOT, env=home.variables(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        yield desk
        desk.copied.communicate(timeout=SECONDS)


def kill_when(home: Desk, batch: int, status: str, rows: int) -> None:
    """Start an import, kill its process when the batch is that far, and see its helpers go too."""
    process = psutil.Process(home.start(f"carry_on({batch})").number)
    until = time.monotonic() + SECONDS
    query = "SELECT count(*) FROM imports_batch WHERE id = %s AND status = %s AND rows_done >= %s"
    while not home.value(query, batch, status, rows):
        assert time.monotonic() < until
        assert process.is_running(), "it was through before it could be killed"
    helpers = process.children(recursive=True)
    process.kill()
    process.wait(SECONDS)
    _gone, alive = psutil.wait_procs(helpers, timeout=20)
    assert not [helper for helper in alive if "postgres" not in helper.name()]


def test_killed_at_several_moments_it_ends_the_same(home, tmp_path: Path):
    file = tmp_path / "members.csv"
    file.write_text(HEAD + "".join(ROWS))
    undisturbed = int(home.said(f"take_in({str(file)!r})"))
    home.said(f"carry_on({undisturbed})")
    expected = home.said("state()")
    assert expected.startswith("4000 ")
    figures = home.value("SELECT figures::text FROM imports_batch WHERE id = %s", undisturbed)

    home.empty(PEOPLE)
    batch = int(home.said(f"take_in({str(file)!r})"))
    moments = [("reading", 0), ("reading", 400), ("merging", 1), ("merging", 1500), ("merging", 3000)]
    for status, rows in moments:
        kill_when(home, batch, status, rows)
    home.said(f"carry_on({batch})")
    assert home.said("state()") == expected
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
    people = int(home.said(f"take_in({str(members)!r})"))
    home.said(f"carry_on({people})")
    undisturbed = int(home.said(f"take_in({str(file)!r}, 'consents')"))
    home.said(f"carry_on({undisturbed})")
    expected = home.said("ledger()")
    assert expected.startswith("3000 ")
    figures = home.value("SELECT figures::text FROM imports_batch WHERE id = %s", undisturbed)

    home.empty(ACTS_OF_PEOPLE)
    batch = int(home.said(f"take_in({str(file)!r}, 'consents')"))
    for status, rows in [("reading", 400), ("merging", 1), ("merging", 1500)]:
        kill_when(home, batch, status, rows)
    home.said(f"carry_on({batch})")
    assert home.said("ledger()") == expected
    assert home.value("SELECT figures::text FROM imports_batch WHERE id = %s", batch) == figures
