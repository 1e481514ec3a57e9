"""Many one-click POSTs at once, as mail providers send them: over connections that stay open."""

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

ONE_CLICK = b"List-Unsubscribe=One-Click"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CONNECTIONS = 16
SECONDS = 30


@dataclass
class Posting:
    """POSTs to `paths`, each once, by `connections` threads with a connection each.

    `statuses` has the answer of each path by its position; 0 where the connection broke before one came.
    `seconds` are the times that answers took. Not more than the share `held_at` is sent until that is raised.
    """

    port: int
    paths: Sequence[str]
    connections: int = CONNECTIONS
    held_at: float = 1.0
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._next = itertools.count()
        self._threads = [threading.Thread(target=self._work) for _ in range(self.connections)]

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Until every path was tried."""
        for thread in self._threads:
            thread.join()

    def after(self, share: float, act: Callable[[], object]) -> None:
        """Do something once this share of the paths was tried, while the others are being sent."""
        while len(self.statuses) < share * len(self.paths):
            assert any(thread.is_alive() for thread in self._threads), "nobody sends any more"
            time.sleep(0.002)
        act()

    def of(self, status: int) -> set[int]:
        """The positions of the paths that were answered so."""
        return {position for position, given in self.statuses.items() if given == status}

    def _work(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        while (position := next(self._next)) < len(self.paths):
            while position >= self.held_at * len(self.paths):
                time.sleep(0.002)
            _connect(connection)
            begun = time.perf_counter()
            try:
                connection.request("POST", self.paths[position], ONE_CLICK, FORM)
                response = connection.getresponse()
                response.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                self.statuses[position] = 0
            else:
                self.seconds.append(time.perf_counter() - begun)
                self.statuses[position] = response.status
        connection.close()


def _connect(connection: http.client.HTTPConnection) -> None:
    """Open it when it is not, and wait for a server that is being started."""
    deadline = time.monotonic() + SECONDS
    while connection.sock is None:
        try:
            connection.connect()
        except OSError:
            assert time.monotonic() < deadline, "no server comes"
            time.sleep(0.05)
