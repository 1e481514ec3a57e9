"""Many officers act on the same cases through HTTP at once: no update is lost, no consequence comes twice.

CROWD_OFFICERS, CROWD_CASES and CROWD_ACTS set how many; tests/benchmarks does it with fifty at two hundred.
"""

import os

import pytest

from tests.cases.crowd import work
from tests.servers import own_home, web_server

pytestmark = pytest.mark.embedded

OFFICERS = int(os.environ.get("CROWD_OFFICERS", "12"))
CASES = int(os.environ.get("CROWD_CASES", "30"))
ACTS = int(os.environ.get("CROWD_ACTS", "3"))


def test_no_update_is_lost_and_no_consequence_comes_twice():
    with own_home(durable=False) as home, web_server(home, workers=2, threads=8) as web:
        crowd, changes = work(home, web, officers=OFFICERS, cases=CASES, acts=ACTS)
    assert crowd.said.total() == OFFICERS * ACTS
    assert 0 < changes <= crowd.said["made"]  # a case that is theirs already is taken without a change
