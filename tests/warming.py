"""A web server that is on good terms with its database. One that found it away rests for some seconds, in which what it
accepts is in the journal alone: that is right, and not what the next test is about.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers import SECONDS, WebServer

UNKNOWN = f"Bearer amanat_{'0' * 8}_{'s' * 43}"


def wake(web: WebServer) -> None:
    """Have it look for a token that nobody has, until its database says so."""
    until = time.monotonic() + SECONDS
    while web.request("GET", "/api/suppressions", Authorization=UNKNOWN).status == 503:
        assert time.monotonic() < until, "the server does not come back"
        time.sleep(0.2)


@contextmanager
def frozen(web: WebServer) -> Iterator[None]:
    """The database of a server that other tests use too does not answer; afterwards it does, and the server knows."""
    wake(web)
    with web.home.frozen():
        yield
    wake(web)
