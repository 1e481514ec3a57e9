"""How fast consents come in: a file of them, and the answers in a members file, beside members without answers.

`BENCH_CONSENT_ROWS` sets the rows of each file (default 20,000), `BENCH_CONSENT_ENDS` how many in a hundred refuse or
withdraw (default 10). Says figures; judges nothing but that everything went in.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import ROOT, Home, own_home

ROWS = int(os.environ.get("BENCH_CONSENT_ROWS", "20000"))
ENDS = int(os.environ.get("BENCH_CONSENT_ENDS", "10"))
MEMBERS = "card,phone,email,full name,birth date,city,points"
ANSWERS = f"{MEMBERS},marketing consent,consent at"
CONSENTS = "card,phone,purpose,channel,state,date,valid until,wording,language"
WORDING = "I agree to receive advertising and know that I may take it back at any time."


@pytest.fixture
def home() -> Iterator[Home]:
    with own_home() as home:
        yield home


def member(number: int) -> str:
    phone = f"0{550 + number // 1_000_000}{number % 1_000_000:06d}"
    return (
        f"C{number:07d},{phone},m{number}@example.kg,Ада {number % 997},14.03.19{number % 80 + 10},Ош,{number % 5000}"
    )


def ends(number: int) -> bool:
    return number * 7919 % 100 < ENDS


def answer(number: int) -> str:
    said = "no" if ends(number) else "yes"
    return f"{member(number)},{said},2026-{number % 9 + 1:02d}-{number % 28 + 1:02d} 10:15"


def consent(number: int) -> str:
    card, phone, _rest = member(number).split(",", 2)
    said = ("refused" if number % 2 else "withdrawn") if ends(number) else "given"
    until = "31.12.2027" if number % 5 == 0 else ""
    channel = ("sms", "email", "")[number % 3]
    when = f"2026-{number % 9 + 1:02d}-{number % 28 + 1:02d} 10:15"
    return f"{card},{phone},advertising,{channel},{said},{when},{until},{WORDING},en"


def imported(home: Home, path: Path, header: str, row: Callable[[int], str], first: int, kind: str) -> dict:
    """Import a file of ROWS rows; what `carrying.timed` says of it."""
    path.write_text(header + "\n" + "".join(f"{row(number)}\n" for number in range(first, first + ROWS)))
    code = f"from tests.imports import carrying; carrying.timed({str(path)!r}, {kind!r})"
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=home.variables(), stdout=subprocess.PIPE, text=True, check=True)
    result: dict = json.loads(done.stdout.splitlines()[-1])
    assert result["figures"]["new"] == ROWS
    return result


def test_rate_of_consents_beside_that_of_members(home, tmp_path, capsys):
    path = tmp_path / "file.csv"
    plain = imported(home, path, MEMBERS, member, 0, "members")
    told = imported(home, path, CONSENTS, consent, 0, "consents")
    asked = imported(home, path, ANSWERS, answer, ROWS, "members")
    assert home.value("SELECT count(*) FROM consents_consentevent WHERE row IS NOT NULL") == 2 * ROWS
    lines = [f"{ROWS:,} rows each, {ENDS} in a hundred refuse or withdraw"]
    for name, result in (("members", plain), ("consents", told), ("members with answers", asked)):
        share = plain["all"] / result["all"]
        spent = f"reading {result['read']:.1f} s, merging {result['merge']:.1f}"
        lines.append(f"{name}: {ROWS / result['all']:,.0f} rows/s ({spent}), {share:.2f} of members")
    with capsys.disabled():
        sys.stdout.write("\n" + "\n  ".join(lines) + "\n")
