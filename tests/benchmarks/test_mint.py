"""How fast a campaign's list gets its links, and in how much memory: beside a plain loop over the same list.

`BENCH_LINKS` sets the rows of the list (default 200,000). The loop digests every address and writes its row with the
digest behind it: it masks nothing and seals nothing. Says figures; judges nothing.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.benchmarks.test_import_rate import Peaks
from tests.servers import ROOT, Home, own_home

LINKS = int(os.environ.get("BENCH_LINKS", "200000"))
FIRST = 550_000_000
LOOP = """
import csv
from apps.core import identifiers
with open(PATH, encoding="utf-8", newline="") as source, open(OUT, "w", encoding="utf-8", newline="") as target:
    rows, out = csv.reader(source, delimiter=";"), csv.writer(target, delimiter=";")
    out.writerow([*next(rows), "digest"])
    for row in rows:
        out.writerow([*row, identifiers.digest("phone", identifiers.normalise_phone(row[1])).hex()])
"""


@pytest.fixture(scope="module")
def home():
    with own_home() as home:
        yield home


@pytest.fixture(scope="module")
def recipients(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("recipients") / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("id;телефон;имя;город\r\n")
        file.writelines(f"{n};0{FIRST + n};Айгүл Асанова {n};Бишкек\r\n" for n in range(LINKS))
    return path


def managed(home: Home, *arguments: str) -> tuple[float, str, Peaks]:
    command = [sys.executable, "manage.py", *arguments]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=home.variables(), stdout=subprocess.PIPE, text=True)
    with Peaks(psutil.Process(process.pid)) as peaks:
        out, _err = process.communicate()
    seconds = time.perf_counter() - started
    assert process.returncode == 0
    return seconds, out, peaks


def rows_of(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _line in file) - 1


def test_links_for_a_big_list(home, recipients, tmp_path, capsys):
    def say(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{text}")

    linked, looped = tmp_path / "linked.csv", tmp_path / "looped.csv"
    say(f"{LINKS:,} links, load {os.getloadavg()[0]:.1f}")
    options = ("--channel", "sms", "--column", "телефон", "--campaign", "spring", "--language", "ky")
    seconds, out, peaks = managed(home, "mint_links", str(recipients), str(linked), *options)
    assert f"rows {LINKS}, links {LINKS}, no link 0" in out
    say(f"mint_links: {seconds:.1f} s, the start of Python included; peak memory of each process, MB: {peaks}")
    code = LOOP.replace("PATH", repr(str(recipients))).replace("OUT", repr(str(looped)))
    loop, _out, loop_peaks = managed(home, "shell", "-v", "0", "-c", code)
    say(f"a loop that only digests and writes: {loop:.1f} s; peak memory, MB: {loop_peaks}")
    say(f"mint_links takes {seconds / loop:.1f} times as long as the loop; load {os.getloadavg()[0]:.1f}\n")
    assert rows_of(linked) == rows_of(looped) == LINKS
