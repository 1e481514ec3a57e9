"""PostgreSQL is really gone in the midst of many one-click POSTs, and in one case the web server is killed as well.

Every refusal that was answered with 2xx holds afterwards. tests/benchmarks does the same with many more of them.
"""

import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
import pytest

from apps.optouts.services.links import Link, unseal
from apps.optouts.services.mint import Mailing, mint
from tests.optouts.posting import Posting
from tests.servers import Home, own_home, web_server

pytestmark = pytest.mark.embedded

DRAIN = """
from datetime import timedelta
from apps.optouts.services import replay
replay.GRACE = timedelta(0)  # nobody is at it any more
print(replay.drain_journal().applied)
"""
HELD = "SELECT array_agg(encode(digest, 'hex')) FROM optouts_suppression WHERE reason = 'refusal'"


@dataclass
class Outage:
    """What came of a run: refusals sent, how many were answered 200, how many only the journal had, what is held."""

    sent: int
    accepted: int
    unanswered: int
    carried_over: int


def test_every_refusal_that_was_answered_holds_after_database_and_web_server_were_killed() -> None:
    with own_home() as home:
        outage = run(home, 600, home.kill_database, kill_web=True)
    assert outage.accepted + outage.unanswered == outage.sent
    # Those on their way as the web server died, and on a slow machine as it came back: few, and none of them promised.
    assert 0 < outage.unanswered < outage.sent // 5
    assert outage.carried_over > 0


def run(home: Home, count: int, stop: Callable[[], None], *, kill_web: bool = False) -> Outage:
    """POST `count` refusals; the database is away from a fifth of them to seven tenths.

    Checks that who is held after the worker's drain are those who were answered, and nobody who did not refuse.
    """
    paths = minted_paths(count)
    digests = [_link(path).digest.hex() for path in paths]
    posting = _posted(home, paths, stop, kill_web=kill_web)
    carried_over = int(home.manage("shell", "-v", "0", "-c", DRAIN).stdout)
    accepted, unanswered = posting.of(200), posting.of(0)
    assert set(posting.statuses.values()) <= {200, 0}
    held = set(home.value(HELD))
    assert {digests[n] for n in accepted} <= held
    assert held <= {digests[n] for n in accepted | unanswered}
    assert json.loads(home.manage("replay_journal", "--json").stdout)["applied"] == 0
    return Outage(count, len(accepted), len(unanswered), carried_over)


def minted_paths(count: int) -> list[str]:
    """Paths of the links of as many addresses, as the service mints them for a mailing."""
    mailing = Mailing(channel="email", campaign="outage")
    urls = (mint(mailing=mailing, raw=f"asel{n}@mail.example").unsubscribe_url for n in range(count))
    return [urlsplit(url).path for url in urls]


def _link(path: str) -> Link:
    return unseal(path.removeprefix("/u/"))


def _posted(home: Home, paths: Sequence[str], stop: Callable[[], None], *, kill_web: bool) -> Posting:
    setting = {"workers": 2, "DATABASE_URL": home.database_url}
    with contextlib.ExitStack() as servers:
        web = servers.enter_context(web_server(home, **setting))
        posting = Posting(web.port, paths, held_at=0.45)  # a small run would be over before the database is down
        posting.start()
        posting.after(0.2, stop)
        posting.held_at = 0.72
        if kill_web:
            posting.after(0.5, web.kill)
            servers.enter_context(web_server(home, port=web.port, **setting))
        posting.after(0.7, lambda: _start_again(home))
        posting.held_at = 1
        posting.wait()
    return posting


def _start_again(home: Home) -> None:
    with pytest.raises(psycopg.OperationalError):
        home.value("SELECT 1")
    home.start_database()
