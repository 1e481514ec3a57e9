"""A home with the demo's sample data, loaded once for all tests that look at it."""

from collections.abc import Iterator

import pytest

from tests.servers import Home, own_home


@pytest.fixture(scope="session")
def demo_home() -> Iterator[Home]:
    with own_home(durable=False, DEMO_PASSWORD="lantern-by-the-lake") as home:
        home.manage("demo", "--load-only")
        yield home
