"""Processes that work on a file's rows beside the one that reads it, so that every core has work.

Each has a pipe to the process that started it, over which rows go in and what is made of them comes out; nothing of
them is an argument or a file. One chunk a process is under way at any time, which bounds memory; a process whose
starter died, however, finds its pipe closed and ends.
"""

import gc
import itertools
import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from typing import Any

import django
from django.utils.module_loading import import_string

MOST = 8
# Objects that come into being before garbage is looked for: rows are many, and hold no circles.
_GARBAGE_AFTER = 50_000


class WorkerDied(Exception):
    """A process ended before its work did; the file can be read again."""


class Workers:
    """Some processes; `map` gives what they made of chunks in the order of the chunks."""

    def __init__(self, maker: str, arguments: dict[str, Any], *, with_apps: bool = True) -> None:
        """`maker` is the dotted path of what, with `arguments`, makes the function that takes a chunk.

        Without apps, a process is there in a third of the time; the function can then use no models.
        """
        context = _context(with_apps)
        self._pipes: list[Connection] = []
        self._processes = []
        for _number in range(min(MOST, (os.cpu_count() or 1) + 1)):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            ours.send((maker, arguments, with_apps))
            self._pipes.append(ours)
            self._processes.append(process)

    def map(self, chunks: Iterable[Any]) -> Iterator[Any]:
        """What the maker's function makes of each chunk, in order."""
        busy: list[Connection] = []
        turns = itertools.cycle(self._pipes)
        try:
            for chunk in chunks:
                pipe = next(turns)
                done = busy.pop(0).recv() if len(busy) == len(self._pipes) else None
                pipe.send(chunk)
                busy.append(pipe)
                if done is not None:
                    yield done
            while busy:
                yield busy.pop(0).recv()
        except (EOFError, OSError) as error:
            raise WorkerDied from error

    def stop(self) -> None:
        """End the processes, whatever they are doing."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.terminate()
            process.join()


@contextmanager
def workers(maker: str, arguments: dict[str, Any], *, with_apps: bool = True) -> Iterator[Workers]:
    """Workers that end with the block."""
    pool = Workers(maker, arguments, with_apps=with_apps)
    try:
        yield pool
    finally:
        pool.stop()


def make_ready() -> None:
    """Begin to load what workers with apps are copies of, for whoever will need some in a moment. Doesn't wait."""
    _context(with_apps=True)
    forkserver.ensure_running()


def _context(with_apps: bool) -> SpawnContext | ForkServerContext:
    """How processes come into being: never as copies of this one, whose threads and connections they would share."""
    if not with_apps:
        return multiprocessing.get_context("spawn")
    # Loading the apps takes a second: a process that does nothing else does it once, and workers are copies of that.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["apps.core.workers_ready"])
    return context


def _serve(pipe: Connection) -> None:
    """The life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it hears of it, and ends it
    try:
        maker, arguments, with_apps = pipe.recv()
        if with_apps:
            django.setup()
        gc.freeze()  # what is loaded stays: looking through it for garbage again and again takes longer than the work
        gc.set_threshold(_GARBAGE_AFTER)
        work = import_string(maker)(**arguments)
        while True:
            pipe.send(work(pipe.recv()))
    except (EOFError, OSError):
        return
