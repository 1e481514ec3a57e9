"""One-click POSTs beside a bare Django view with one INSERT: the same gunicorn, middleware, connections and database.

`BENCH_POSTS` sets how many of each (default 4,000). Says figures; judges nothing but that every POST was answered.
"""

import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.bare import TABLE
from tests.optouts.posting import Posting
from tests.optouts.test_outage import minted_paths
from tests.servers import WebServer, own_home, web_server

POSTS = int(os.environ.get("BENCH_POSTS", "4000"))
ROUNDS = 4  # of both, in turn: what else the machine does meets both alike


@dataclass
class Figures:
    """Answers a second, and the milliseconds within which half and 99 of a hundred came."""

    rate: float
    half: float
    p99: float

    @classmethod
    def of(cls, postings: Sequence[tuple[Posting, float]]) -> "Figures":
        times = [seconds for posting, _whole in postings for seconds in posting.seconds]
        cuts = statistics.quantiles(times, n=100)
        return cls(len(times) / sum(whole for _posting, whole in postings), 1000 * cuts[49], 1000 * cuts[98])

    def __str__(self) -> str:
        return f"{self.rate:,.0f} a second, p50 {self.half:.0f} ms, p99 {self.p99:.0f} ms"


def sent(web: WebServer, paths: Sequence[str]) -> tuple[Posting, float]:
    """All of them, and the seconds that it took."""
    posting = Posting(web.port, paths)
    begun = time.perf_counter()
    posting.start()
    posting.wait()
    assert set(posting.statuses.values()) == {200}
    return posting, time.perf_counter() - begun


def test_one_click(capsys) -> None:
    refusals, size = minted_paths(POSTS), max(POSTS // ROUNDS, 1)
    with own_home(DJANGO_SETTINGS_MODULE="tests.benchmarks.bare_settings") as home, web_server(home, workers=2) as web:
        with home.connection() as connection:
            connection.execute(TABLE)
        sent(web, [f"/bare/warm-{n}" for n in range(100)])
        sent(web, minted_paths(POSTS + 100)[POSTS:])
        ours, bare = [], []
        for first in range(0, POSTS, size):
            part = refusals[first : first + size]
            bare.append(sent(web, [path.replace("/u/", "/bare/") for path in part]))
            ours.append(sent(web, part))
        held = home.value("SELECT count(*) FROM optouts_suppression")
    assert held == POSTS + 100
    one_click, one_insert = Figures.of(ours), Figures.of(bare)
    with capsys.disabled():
        sys.stdout.write(
            f"\none-click POST: {one_click}\na bare view with one INSERT: {one_insert}\n"
            f"ratio {one_click.rate / one_insert.rate:.2f}; load {os.getloadavg()[0]:.1f}\n"
        )
