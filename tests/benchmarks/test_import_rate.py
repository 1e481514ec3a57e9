"""How fast a members file goes in: beside stock django-import-export, and beside COPY of the same bytes.

`BENCH_ROWS` sets the rows (default 100,000), `BENCH_STORED` how many people are there before (default none),
`BENCH_STOCK_ROWS` how many of the rows the stock import takes (default 20,000). Says figures; judges nothing.
"""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.servers import ROOT, Home, own_home

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
STORED = int(os.environ.get("BENCH_STORED", "0"))
STOCK_ROWS = int(os.environ.get("BENCH_STOCK_ROWS", "20000"))
SCRIPT = Path(__file__).resolve().parents[3] / "shared" / "tools" / "make_members.py"
TABLES = {
    "subjects_subject": "id, created_at, language, restriction_reason",
    "subjects_identifier": "subject_id, kind, digest, value, partner_id, created_at",
    "subjects_personalrecord":
        "subject_id, category_id, partner_id, source, key, observed_at, recorded_at, payload, payload_digest",
}  # fmt: skip
MANY = """
    INSERT INTO subjects_subject (id, created_at, language, restriction_reason)
    SELECT n, now(), '', '' FROM generate_series(%(first)s::bigint, %(last)s) AS n;
    INSERT INTO subjects_identifier (subject_id, kind, digest, value, created_at)
    SELECT n, k, decode(md5(k || n), 'hex'), decode(repeat(md5(n::text), 2), 'hex'), now()
    FROM generate_series(%(first)s::bigint, %(last)s) AS n, unnest(ARRAY['card', 'phone', 'email']) AS k;
    INSERT INTO subjects_personalrecord (subject_id, category_id, partner_id, source, key, observed_at, recorded_at,
                                         payload, payload_digest)
    SELECT n, c, 1, 'partner', '', now(), now(), decode(repeat(md5(n::text), 6), 'hex'), decode(md5(c || n), 'hex')
    FROM generate_series(%(first)s::bigint, %(last)s) AS n, unnest(ARRAY['identity', 'points']) AS c;
"""
NUMBERED_FROM = 10**9


@pytest.fixture(scope="module")
def home():
    with own_home() as home:
        yield home


@pytest.fixture(scope="module")
def members(tmp_path_factory) -> Path:
    if not SCRIPT.is_file():
        pytest.skip(f"{SCRIPT.name} is not beside the project: there is no file to measure with")
    path = tmp_path_factory.mktemp("members") / "members.csv"
    with path.open("wb") as file:
        subprocess.run([sys.executable, SCRIPT, str(ROWS)], stdout=file, check=True)
    return path


class Peaks:
    """The most memory that the processes of an import had, each, while the block ran; in megabytes."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._peaks: dict[int, int] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            try:
                for process in [self._process, *self._process.children(recursive=True)]:
                    self._peaks[process.pid] = max(self._peaks.get(process.pid, 0), process.memory_info().rss)
            except psutil.Error:
                continue

    def __enter__(self) -> "Peaks":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def __str__(self) -> str:
        return ", ".join(str(peak // 1024**2) for peak in sorted(self._peaks.values(), reverse=True))


def run(home: Home, code: str) -> tuple[str, Peaks]:
    """The last line that a process of its own writes, and its memory."""
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
    process = subprocess.Popen(command, cwd=ROOT, env=home.variables(), stdout=subprocess.PIPE, text=True)
    with Peaks(psutil.Process(process.pid)) as peaks:
        out, _err = process.communicate()
    assert process.returncode == 0
    return out.splitlines()[-1], peaks


def imported(home: Home, members: Path, told: str, verdict: str, say) -> float:
    """Import the file once; gives rows a second."""
    line, peaks = run(home, f"from tests.imports import carrying; carrying.timed({str(members)!r})")
    result = json.loads(line)
    assert result["figures"]["rows"] == ROWS
    assert result["figures"][verdict] > ROWS * 0.9
    rate = ROWS / result["all"]
    load = os.getloadavg()[0]
    say(f"{told}: {rate:,.0f} rows/s (reading {result['read']:.1f} s, merging {result['merge']:.1f} s)")
    say(f"    peak memory of each process, MB: {peaks}; load {load:.1f}")
    return rate


def stock(home: Home, members: Path, say) -> float:
    code = f"from tests.benchmarks import stock; print(*stock.timed({str(members)!r}, {STOCK_ROWS}))"
    rows, seconds = run(home, code)[0].split()
    say(f"stock django-import-export: {int(rows) / float(seconds):,.0f} rows/s ({rows} of the rows)")
    return int(rows) / float(seconds)


def copied(home: Home, connection: psycopg.Connection, folder: Path, say) -> float:
    """Take what is stored out as binary COPY, empty the tables, and time how long the same bytes take to go in."""
    for table, columns in TABLES.items():
        with (folder / table).open("wb") as file, connection.cursor() as cursor:
            query = f"COPY (SELECT {columns} FROM {table} WHERE {'id' if table.endswith('subject') else 'subject_id'}"
            with cursor.copy(f"{query} < {NUMBERED_FROM}) TO STDOUT (FORMAT BINARY)") as copy:
                file.writelines(copy)
    home.empty(", ".join(TABLES))
    started = time.perf_counter()
    for table, columns in TABLES.items():
        command = f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)"
        with (folder / table).open("rb") as file, connection.cursor() as cursor, cursor.copy(command) as copy:
            while data := file.read(1024 * 1024):
                copy.write(data)
    seconds = time.perf_counter() - started
    say(f"COPY of the same bytes into the same tables: {ROWS / seconds:,.0f} rows/s")
    return ROWS / seconds


def test_rate_of_new_and_of_known_members(home, members, tmp_path, capsys):
    def say(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{text}")

    with home.connection() as connection:
        for first in range(NUMBERED_FROM, NUMBERED_FROM + STORED, 100_000):
            cursor = psycopg.ClientCursor(connection)
            cursor.execute(MANY, {"first": first, "last": min(first + 100_000, NUMBERED_FROM + STORED) - 1})
        connection.execute("VACUUM ANALYZE subjects_subject, subjects_identifier, subjects_personalrecord")
        say(f"{ROWS:,} rows, {STORED:,} people before, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        new = imported(home, members, "new", "new", say)
        known = imported(home, members, "known", "unchanged", say)
        raw = copied(home, connection, tmp_path, say)
        home.empty(", ".join(TABLES))
    plain = stock(home, members, say)
    say(f"new: {new / plain:.1f} times stock, {new / raw:.2f} of COPY; known: {known / new:.2f} of new\n")
