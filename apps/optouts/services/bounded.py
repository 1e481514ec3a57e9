"""A write to the database that never keeps its caller waiting: a deadline, and a rest after every failure."""

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

import psycopg
from django.db import close_old_connections, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

T = TypeVar("T")

# The server doesn't notice that a connection was cut while it works on a statement: that has an end of its own.
# A crash may cost it the last moment of what it need not flush; long after that moment the drain of the journal comes,
# and brings in again what is missing.
_SETTINGS = """
    SELECT set_config('lock_timeout', '1s', true), set_config('statement_timeout', '10s', true),
           set_config('synchronous_commit', %s, true)
"""


class BoundedWriter:
    """Runs writes in threads with database connections of their own.

    A database that is stopped, frozen or unreachable costs one caller `seconds`; then nobody tries for `rest`
    seconds. A write that ends late still counts, so whatever is written here has to be idempotent.
    """

    def __init__(self, *, seconds: float = 1.5, rest: float = 3.0, threads: int = 4) -> None:
        self.seconds, self.rest, self.threads = seconds, rest, threads
        self._slots = threading.BoundedSemaphore(threads)
        self._lock = threading.Lock()
        self._failed = False
        self._resting_until = 0.0

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        # Made on first use: threads don't survive the fork that makes a web worker.
        return ThreadPoolExecutor(self.threads, thread_name_prefix="bounded-write")

    def attempt(self, work: Callable[[], object], *, urgent: bool = False, journaled: bool = False) -> bool:
        """Whether `work` was committed in time. `urgent` tries even during a rest.

        What is `journaled` need not be flushed to the database's disk as well before this returns.
        """
        now = time.monotonic()
        if not self._may_try(now) and not urgent:
            return False
        if not self._slots.acquire(timeout=self.seconds):
            return False
        job = _Job(work, journaled=journaled)
        future = self._pool.submit(job.run)
        future.add_done_callback(lambda _done: self._slots.release())
        return self._wait(job, future, now + self.seconds)

    def ask(self, read: Callable[[], T]) -> T | None:
        """What `read` finds in the database; None when that does not answer in time."""
        found: list[T] = []
        return found[0] if self.attempt(lambda: found.append(read())) else None

    def _may_try(self, now: float) -> bool:
        """Whether to trouble the database. After a rest one caller tries, the others go by what it finds."""
        with self._lock:
            if now < self._resting_until:
                return False
            if self._failed:
                self._resting_until = now + self.rest
            return True

    def _wait(self, job: "_Job", future: "Future[None]", deadline: float) -> bool:
        try:
            future.result(timeout=max(deadline - time.monotonic(), 0.05))
        except Exception as error:  # whatever it was, the caller has the journal to rely on
            self._failed, self._resting_until = True, time.monotonic() + self.rest
            logger.warning("The database did not take a write in time: %s.", type(error).__name__)
            if not future.cancel():
                job.hang_up()
            return False
        self._failed, self._resting_until = False, 0.0
        return True


class _Job:
    """One write and the connection that it runs on, which somebody else may have to cut."""

    def __init__(self, work: Callable[[], object], *, journaled: bool = False) -> None:
        self.work = work
        self.flush = "off" if journaled else "on"
        self.wrapper: BaseDatabaseWrapper | None = None

    def run(self) -> None:
        self.wrapper = connections["default"]
        close_old_connections()
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(_SETTINGS, [self.flush])
                self.work()
        except BaseException:
            with contextlib.suppress(Exception):
                connection.close()
            raise
        close_old_connections()  # as at the end of a request: one that is too old, or that shall not be kept

    def hang_up(self) -> None:
        """Cut the connection, so that a thread that waits for a frozen server's answer is free again."""
        raw = self.wrapper.connection if self.wrapper else None
        if raw is None or raw.closed:
            return
        with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(raw.pgconn.socket)) as cut:
            cut.shutdown(socket.SHUT_RDWR)


# What public requests write and look up with: when the database is away for one of them, the others needn't try.
writer = BoundedWriter()
