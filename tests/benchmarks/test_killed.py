"""Ten kills at random moments of one import: the registers end as if nothing had happened.

`BENCH_SEED` repeats a run's moments; it is said at the start.
"""

import os
import random
import sys
import time
from pathlib import Path

from tests.imports.test_merge_killed import HEAD, PEOPLE, home, said, started
from tests.servers import Home

__all__ = ["home"]

ROWS, KILLS = 10_000, 10


def again(home: Home, file: Path) -> int:
    """The same file as a new batch, and nobody stored."""
    home.empty(PEOPLE)
    return int(said(home, f"take_in({str(file)!r})"))


def test_ten_kills(home, tmp_path: Path, capsys):
    seed = int(os.environ.get("BENCH_SEED", random.randrange(10**6)))  # noqa: S311
    moments = random.Random(seed)  # noqa: S311
    file = tmp_path / "members.csv"
    rows = (f"C{n:05d},0555{n:06d},m{n}@example.kg,Ада {n},14.03.19{n % 90:02d},{n},Ош\n" for n in range(ROWS))
    file.write_text(HEAD + "".join(rows))
    undisturbed = int(said(home, f"take_in({str(file)!r})"))
    begun = time.monotonic()
    assert started(home, undisturbed).wait() == 0
    whole = time.monotonic() - begun
    expected = said(home, "state()")
    assert expected.startswith(f"{ROWS} ")
    batch, kills = again(home, file), []
    while len(kills) < KILLS:
        process = started(home, batch)
        time.sleep(moments.uniform(0.2, 1.0) * whole)
        if process.poll() is None:
            process.kill()
            query = "SELECT status || ' ' || rows_done FROM imports_batch WHERE id = %s"
            kills.append(str(home.value(query, batch)))
            process.wait()
        else:  # through before it could be killed
            assert said(home, "state()") == expected
            batch = again(home, file)
    assert started(home, batch).wait() == 0
    with capsys.disabled():
        sys.stdout.write(f"\nseed {seed}, killed at {', '.join(kills)}\n")
    assert said(home, "state()") == expected
    assert home.value("SELECT status FROM imports_batch WHERE id = %s", batch) == "done"
