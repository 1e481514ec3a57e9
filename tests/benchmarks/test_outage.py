"""Many one-click POSTs while PostgreSQL is stopped, and while it and the web server are killed: nothing is lost.

`BENCH_POSTS` sets how many (default 10,000). What holds is asserted in `run`.
"""

import os
import sys

import pytest

from tests.optouts.test_outage import run
from tests.servers import own_home

POSTS = int(os.environ.get("BENCH_POSTS", "10000"))


@pytest.mark.parametrize("killed", [False, True], ids=["stopped", "killed"])
def test_outage(killed: bool, capsys) -> None:
    with own_home() as home:
        stop = home.kill_database if killed else home.database.stop
        outage = run(home, POSTS, stop, kill_web=killed)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{'killed' if killed else 'stopped'}: of {outage.sent:,} refusals {outage.accepted:,} were answered 200"
            f" and hold, {outage.carried_over:,} of them by the journal alone; {outage.unanswered} had no answer\n"
        )
