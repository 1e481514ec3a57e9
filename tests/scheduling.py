"""Who does what in a run by several workers, and in which order. Loaded by `-p tests.scheduling`.

A file's tests stay with one worker, those that look at the demo's home do too: it takes long to make. Files that start
servers, processes or browsers come first: a worker that had one of them to do last would keep the others waiting.
"""

import pytest
from xdist.scheduler import LoadFileScheduling

DEMO = ("tests/portal/test_demo.py", "tests/portal/test_dump.py")
# In a run of two the first begins with what needs no migrated database, while the second makes one.
LONG = ("tests/config/test_embedded_postgres.py", *DEMO, "tests/permissions/", "tests/browser/", "tests/config/")


class Scheduling(LoadFileScheduling):
    """Whole files in the order in which they were collected, the demo's as one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return DEMO[0] if file in DEMO else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log) -> LoadFileScheduling | None:
    """For `--dist loadfile`."""
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return Scheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    for turn, place in enumerate(LONG):
        if item.nodeid.startswith(place):
            return turn
    return len(LONG) if item.get_closest_marker("embedded") else len(LONG) + 1
