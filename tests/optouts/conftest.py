"""One running installation for the tests that need real HTTP: they use addresses of their own, and leave it running."""

import os
from collections.abc import Iterator
from itertools import count

import pytest

from apps.core import identifiers
from apps.optouts.services.links import Link, seal
from tests.servers import Home, WebServer, own_home, web_server

NEW_LINK_KEY = "200:" + "bmV3" * 10 + "bmU="

_numbers = count(100_000)


@pytest.fixture(scope="session")
def home() -> Iterator[Home]:
    # Its links are sealed by a newer key than that of the test run: every link a test makes is one of an old key.
    keys = f"{NEW_LINK_KEY},{os.environ['AMANAT_LINK_KEYS']}"
    with own_home(AMANAT_LINK_KEYS=keys) as home:
        yield home


@pytest.fixture(scope="session")
def web(home: Home) -> Iterator[WebServer]:
    with web_server(home) as web:
        yield web


@pytest.fixture
def address() -> str:
    """An e-mail address that no other test uses."""
    return f"asel{next(_numbers)}@mail.example"


@pytest.fixture
def link(address: str) -> Link:
    return link_of(address)


@pytest.fixture
def path(link: Link) -> str:
    return f"/u/{seal(link)}"


def link_of(value: str, kind: str = "email", channel: str = "email", **more: str) -> Link:
    """The link of a normalised address."""
    masked = identifiers.mask(kind, value)
    return Link(kind=kind, digest=identifiers.digest(kind, value), channel=channel, masked=masked, **more)


def suppressions(home: Home, link: Link) -> int:
    return home.value("SELECT count(*) FROM optouts_suppression WHERE digest = %s", link.digest)


def events(home: Home, link: Link) -> int:
    return home.value("SELECT count(*) FROM optouts_optoutevent WHERE digest = %s", link.digest)
