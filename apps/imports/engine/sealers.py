"""Processes that seal a file's rows beside the one that reads it, so that every core has work.

Each has a pipe to the process that started it, over which rows go in and binary COPY comes out; nothing of them is an
argument or a file. One chunk a process is under way at any time, which bounds memory; a process whose starter died,
however, finds its pipe closed and ends.
"""

import gc
import itertools
import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import django
from django.utils.module_loading import import_string

MOST = 8


class Sealed(NamedTuple):
    """A block of rows as binary COPY; its last row's number and the bytes of the file up to its end; the digests by
    which its rows may repeat others, one behind the other. With a `problem`, of which the maker says what it means,
    there are no rows.
    """

    last: int
    end: int
    rows: bytes
    digests: bytes = b""
    problem: Any = None


class SealerDied(Exception):
    """A process that sealed rows ended before its work did; the batch can be read again."""


class Sealers:
    """Some processes; `seal` gives chunks back in their order."""

    def __init__(self, maker: str, arguments: dict[str, Any]) -> None:
        """`maker` is the dotted path of what, with `arguments`, makes the function that seals a chunk."""
        # Not forked: this process has threads and connections that a copy of it would share.
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes = []
        for _number in range(min(MOST, (os.cpu_count() or 1) + 1)):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            ours.send((maker, arguments))
            self._pipes.append(ours)
            self._processes.append(process)

    def seal(self, chunks: Iterable[Any]) -> Iterator[Sealed]:
        """What `maker`'s function made of each chunk, in order."""
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
            raise SealerDied from error

    def stop(self) -> None:
        """End the processes, whatever they are doing."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.terminate()
            process.join()


@contextmanager
def sealers(maker: str, arguments: dict[str, Any]) -> Iterator[Sealers]:
    """Sealers that end with the block."""
    pool = Sealers(maker, arguments)
    try:
        yield pool
    finally:
        pool.stop()


def _serve(pipe: Connection) -> None:
    """The life of a sealing process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it hears of it, and ends it
    django.setup()
    gc.freeze()  # what is loaded stays: looking through it for garbage again and again takes longer than sealing
    try:
        maker, arguments = pipe.recv()
        seal = import_string(maker)(**arguments)
        while True:
            pipe.send(seal(pipe.recv()))
    except (EOFError, OSError):
        return
