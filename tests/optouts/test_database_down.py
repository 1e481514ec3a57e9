"""Opt-outs are accepted while the database is down for real, and are all there after it came back."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.optouts.services.links import Link, seal
from tests.optouts.conftest import link_of
from tests.servers import Home, WebServer
from tests.warming import frozen

pytestmark = pytest.mark.embedded

KNOWN = "SELECT count(DISTINCT digest) FROM optouts_suppression WHERE digest = ANY(%s)"


def links(name: str, count: int) -> list[Link]:
    return [link_of(f"{name}{n}@mail.example") for n in range(count)]


def refuse(web: WebServer, many: list[Link]) -> list[int]:
    def post(link: Link) -> int:
        return web.request("POST", f"/u/{seal(link)}", b"List-Unsubscribe=One-Click").status

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(post, many))


def known(home: Home, many: list[Link]) -> int:
    return home.value(KNOWN, [link.digest for link in many])


def test_100_opt_outs_given_to_a_frozen_database_are_all_there_afterwards(home, web):
    before, during = links("before", 2), links("frozen", 100)
    assert refuse(web, before) == [200, 200]
    assert known(home, before) == 2
    with frozen(web):
        assert set(refuse(web, during)) == {200}
        assert web.request("GET", f"/u/{seal(during[0])}").status == 200
    home.manage("replay_journal")
    assert known(home, during) == 100
    again = home.manage("replay_journal", "--json").stdout
    assert '"applied": 0' in again
    assert known(home, during) == 100
