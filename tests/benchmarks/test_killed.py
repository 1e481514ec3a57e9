"""Ten kills at random moments of one import: the registers end as if nothing had happened.

`BENCH_SEED` repeats a run's moments; it is said at the start.
"""

import os
import random
import sys
import time
from pathlib import Path

import psutil

from tests.imports.test_merge_killed import HEAD, PEOPLE, Desk, home
from tests.servers import SECONDS

__all__ = ["home"]

ROWS, KILLS = 10_000, 10


def again(home: Desk, file: Path) -> int:
    """The same file as a new batch, and nobody stored."""
    home.empty(PEOPLE)
    return int(home.said(f"take_in({str(file)!r})"))


def test_ten_kills(home, tmp_path: Path, capsys):
    seed = int(os.environ.get("BENCH_SEED", random.randrange(10**6)))  # noqa: S311
    moments = random.Random(seed)  # noqa: S311
    file = tmp_path / "members.csv"
    rows = (f"C{n:05d},0555{n:06d},m{n}@example.kg,Ада {n},14.03.19{n % 90:02d},{n},Ош\n" for n in range(ROWS))
    file.write_text(HEAD + "".join(rows))
    undisturbed = int(home.said(f"take_in({str(file)!r})"))
    begun = time.monotonic()
    home.said(f"carry_on({undisturbed})")
    whole = time.monotonic() - begun
    expected = home.said("state()")
    assert expected.startswith(f"{ROWS} ")
    batch, kills = again(home, file), []
    while len(kills) < KILLS:
        process = psutil.Process(home.start(f"carry_on({batch})").number)
        time.sleep(moments.uniform(0.2, 1.0) * whole)
        if process.is_running():
            process.kill()
            process.wait(SECONDS)
            query = "SELECT status || ' ' || rows_done FROM imports_batch WHERE id = %s"
            kills.append(str(home.value(query, batch)))
        else:  # through before it could be killed
            assert home.said("state()") == expected
            batch = again(home, file)
    home.said(f"carry_on({batch})")
    with capsys.disabled():
        sys.stdout.write(f"\nseed {seed}, killed at {', '.join(kills)}\n")
    assert home.said("state()") == expected
    assert home.value("SELECT status FROM imports_batch WHERE id = %s", batch) == "done"
