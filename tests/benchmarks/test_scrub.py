"""How fast a campaign's list is scrubbed, and in how much memory: beside a plain loop over the same list.

`BENCH_RECIPIENTS` sets the rows of the list (default 200,000), `BENCH_SUPPRESSIONS` how many suppressions there are
(default 1,000,000), `BENCH_STORED` how many people are known, each with a phone and an e-mail (default none). A tenth
of the recipients are suppressed, and one in a hundred suppressions is one of every channel. Says figures; judges
nothing.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from apps.core import identifiers
from tests.benchmarks.test_import_rate import Peaks
from tests.servers import ROOT, Home, own_home

RECIPIENTS = int(os.environ.get("BENCH_RECIPIENTS", "200000"))
SUPPRESSIONS = int(os.environ.get("BENCH_SUPPRESSIONS", "1000000"))
STORED = int(os.environ.get("BENCH_STORED", "0"))
FIRST = 550_000_000
PART = 250_000
SUPPRESS = """
    INSERT INTO optouts_suppression (kind, digest, channel, purpose, sender, reason, since, created_at)
    SELECT 'phone', decode(md5('s' || n), 'hex'), CASE WHEN n % 100 = 0 THEN 'all' ELSE 'sms' END, 'advertising', 'all',
           'refusal', now(), now() FROM generate_series({first}::bigint, {last}) AS n
"""
PEOPLE = """
    INSERT INTO subjects_subject (id, created_at, language, restriction_reason)
    SELECT n, now(), '', '' FROM generate_series({first}::bigint, {last}) AS n;
    INSERT INTO subjects_identifier (subject_id, kind, digest, value, created_at)
    SELECT n, k, decode(md5(k || n), 'hex'), decode(repeat(md5(n::text), 2), 'hex'), now()
    FROM generate_series({first}::bigint, {last}) AS n, unnest(ARRAY['phone', 'email']) AS k;
"""
TABLES = "optouts_suppression, subjects_subject, subjects_identifier"


@pytest.fixture(scope="module")
def home():
    with own_home() as home:
        yield home


@pytest.fixture(scope="module")
def recipients(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("recipients") / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("id;телефон;имя;город\r\n")
        file.writelines(f"{n};0{FIRST + n};Айгүл Асанова {n};Бишкек\r\n" for n in range(RECIPIENTS))
    return path


def fill(connection: psycopg.Connection, statement: str, count: int) -> None:
    for first in range(1, count + 1, PART):
        connection.execute(statement.format(first=first, last=min(first + PART - 1, count)))


def suppressed() -> list[bytes]:
    return [identifiers.digest("phone", f"+996{FIRST + n}") for n in range(0, RECIPIENTS, 10)]


def prepare(connection: psycopg.Connection) -> None:
    fill(connection, SUPPRESS, SUPPRESSIONS - len(suppressed()))
    fill(connection, PEOPLE, STORED)
    columns = "(kind, digest, channel, purpose, sender, reason, since, created_at)"
    with connection.cursor() as cursor, cursor.copy(f"COPY optouts_suppression {columns} FROM STDIN") as copy:
        for digest in suppressed():
            copy.write_row(["phone", digest, "sms", "advertising", "all", "refusal", "now", "now"])
    connection.execute(f"VACUUM ANALYZE {TABLES}")


def scrubbed(home: Home, source: Path, target: Path) -> tuple[float, dict, Peaks]:
    command = [sys.executable, "manage.py", "scrub", str(source), str(target), "--channel", "sms", "--json"]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=home.variables(), stdout=subprocess.PIPE, text=True)
    with Peaks(psutil.Process(process.pid)) as peaks:
        out, _err = process.communicate()
    seconds = time.perf_counter() - started
    assert process.returncode == 0
    return seconds, json.loads(out.splitlines()[-1]), peaks


LOOP = """
import csv
from apps.core import identifiers
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT digest FROM optouts_suppression WHERE channel IN ('all', 'sms')")
    refused = {bytes(row[0]) for row in cursor.fetchall()}
kept = 0
with open(PATH, encoding="utf-8", newline="") as source, open(OUT, "w", newline="") as target:
    rows, out = csv.reader(source, delimiter=";"), csv.writer(target, delimiter=";")
    out.writerow(next(rows))
    for row in rows:
        if identifiers.digest("phone", identifiers.normalise_phone(row[1])) not in refused:
            out.writerow(row)
            kept += 1
print(kept)
"""


def looped(home: Home, source: Path, target: Path) -> tuple[float, int, Peaks]:
    """What somebody would write in ten minutes: every digest in a set, one row after the other."""
    code = LOOP.replace("PATH", repr(str(source))).replace("OUT", repr(str(target)))
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=home.variables(), stdout=subprocess.PIPE, text=True)
    with Peaks(psutil.Process(process.pid)) as peaks:
        out, _err = process.communicate()
    assert process.returncode == 0
    return time.perf_counter() - started, int(out.splitlines()[-1]), peaks


def test_scrub_of_a_big_list(home, recipients, tmp_path, capsys):
    def say(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{text}")

    with home.connection() as connection:
        prepare(connection)
    say(f"{RECIPIENTS:,} recipients, {SUPPRESSIONS:,} suppressions, {STORED:,} people, load {os.getloadavg()[0]:.1f}")
    seconds, result, peaks = scrubbed(home, recipients, tmp_path / "kept.csv")
    assert (result["rows"], result["removed"]) == (RECIPIENTS, len(suppressed()))
    say(f"scrub: {seconds:.1f} s, the start of Python included; peak memory of each process, MB: {peaks}")
    loop, kept, loop_peaks = looped(home, recipients, tmp_path / "looped.csv")
    assert kept == result["kept"]
    say(f"a loop with every digest in memory: {loop:.1f} s; peak memory, MB: {loop_peaks}")
    say(f"scrub: {loop / seconds:.1f} times the loop; load {os.getloadavg()[0]:.1f}\n")
    assert (tmp_path / "kept.csv").read_bytes() == (tmp_path / "looped.csv").read_bytes()
