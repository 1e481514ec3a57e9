"""The feed of a million suppressions over real HTTP: its rate beside `COPY` of the same rows, and the server's memory.

`BENCH_FEED_ROWS` sets how many (default 1,000,000). Says figures; judges nothing but that every line came.
"""

import http.client
import os
import sys
import threading
import time

import psutil
import pytest

from apps.optouts.models import SuppressedAddress
from tests.optouts.conftest import let_in
from tests.servers import Home, WebServer, own_home, web_server

ROWS = int(os.environ.get("BENCH_FEED_ROWS", "1000000"))
PHONE = "+996555123401"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def home():
    with own_home() as home:
        yield home


def fill(home: Home, first: int, last: int) -> None:
    """Suppressions whose addresses are known."""
    sealed = SuppressedAddress._meta.get_field("value").seal(PHONE)
    series = "FROM generate_series(%s::bigint, %s) AS i"
    with home.connection() as connection:
        address = f"SELECT 'phone', decode(md5(i::text), 'hex'), %s::bytea {series}"
        connection.execute(
            f"INSERT INTO optouts_suppressedaddress (kind, digest, value) {address}", [sealed, first, last]
        )
        connection.execute(
            "INSERT INTO optouts_suppression (kind, digest, channel, purpose, sender, reason, since, created_at)"
            " SELECT 'phone', decode(md5(i::text), 'hex'), 'sms', 'advertising', 'all', 'refusal', now(), now()"
            f" {series}",
            [first, last],
        )
        connection.execute("ANALYZE")


def read(web: WebServer, secret: str) -> tuple[int, float]:
    """(lines, seconds) of the whole feed, read as a mailing system does: a piece at a time."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=600)
    connection.request("GET", "/api/suppressions", headers={"Authorization": f"Bearer {secret}"})
    response = connection.getresponse()
    lines, last = 0, b""
    while piece := response.read(MEGABYTE):
        lines += piece.count(b"\n")
        last = piece
    connection.close()
    assert b'"event":"end"' in last
    return lines - 1, time.perf_counter() - began


def peak_of(web: WebServer, secret: str) -> tuple[int, float, float]:
    """(lines, seconds, megabytes): the most that the web server's worker had meanwhile."""
    (worker,) = psutil.Process(web.process.pid).children()
    peak, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            peak[0] = max(peak[0], worker.memory_info().rss)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        lines, seconds = read(web, secret)
    finally:
        over.set()
        thread.join()
    return lines, seconds, peak[0] / MEGABYTE


def copied(home: Home) -> float:
    """Seconds of COPY of the same changes."""
    began = time.perf_counter()
    statement = "COPY (SELECT * FROM optouts_suppressionchange ORDER BY id) TO STDOUT"
    with home.connection() as connection, connection.cursor().copy(statement) as copy:
        for _piece in copy:
            pass
    return time.perf_counter() - began


def test_the_whole_feed(home: Home, capsys) -> None:
    secret = let_in(home, "feed")
    with web_server(home) as web:
        fill(home, 1, ROWS // 10)
        few, _seconds, small = peak_of(web, secret)
        fill(home, ROWS // 10 + 1, ROWS)
        many, seconds, large = peak_of(web, secret)
    assert (few, many) == (ROWS // 10, ROWS)
    told = (
        f"\nfeed: {many:,} lines at {many / seconds:,.0f} a second, {seconds / copied(home):.1f} times COPY;"
        f" the worker's memory {large:.0f} MB, for a tenth of it {small:.0f} MB; load {os.getloadavg()[0]:.1f}\n"
    )
    with capsys.disabled():
        sys.stdout.write(told)
