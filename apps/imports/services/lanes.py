"""Two connections at work on one batch at once: a query keeps one core busy, and there are more."""

import contextvars
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, connections

Item = TypeVar("Item")
Result = TypeVar("Result")


class SecondLane:
    """A thread with a connection of its own. Closed inside a transaction: it could not see what is done in that."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    @property
    def open(self) -> bool:
        """Whether work can be given to it."""
        return not connection.in_atomic_block

    def start(self, work: Callable[..., Result], *arguments: Any) -> "Future[Result]":
        """Have something done there, in this thread's language and frozen time."""
        return self._pool.submit(contextvars.copy_context().run, work, *arguments)

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """`work` of each item in order, two at a time where that is possible. When one fails the other ends first."""
        stream = iter(items)
        while pair := list(islice(stream, 2 if self.open else 1)):
            later = [self.start(work, item) for item in pair[1:]]
            try:
                yield work(pair[0])
            finally:
                wait(later)
            yield from (other.result() for other in later)


@contextmanager
def second_lane() -> Iterator[SecondLane]:
    """A second lane for the block; its connection is closed in the end."""
    with ThreadPoolExecutor(1) as pool:
        try:
            yield SecondLane(pool)
        finally:
            pool.submit(connections.close_all).result()


def commit_soon() -> None:
    """Let the transaction's end not wait for the disk. For a chunk with its checkpoint inside: after a crash of the
    machine it is there as a whole or not at all, and what is not there is done again. Whatever ends the work waits.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
