"""Refusals of several requests in one transaction: its dozen statements cost the same for one of them and for ten."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from apps.optouts.services.apply import apply_facts
from apps.optouts.services.bounded import BoundedWriter, writer
from apps.optouts.services.facts import Fact


@dataclass
class _Group:
    """Facts that are committed together, or not at all."""

    facts: list[Fact] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    stored: bool = False


class Together:
    """Applies facts that are in the journal already. Requests that wait while one writes share the next transaction.

    Nobody waits longer than the writer's deadline for their turn, nor than that for the database.
    """

    def __init__(self, bounded: BoundedWriter) -> None:
        self._writer = bounded
        self._turn = threading.Lock()  # one request of this process writes at a time
        self._lock = threading.Lock()  # guards who waits for what
        self._waiting = _Group()

    def store(self, facts: Sequence[Fact]) -> bool:
        """Whether they were committed in time; what was not, the drain brings in from the journal."""
        with self._lock:
            group = self._waiting
            first = not group.facts
            group.facts.extend(facts)
        if first:
            self._carry_out(group)
        else:
            group.done.wait(2 * self._writer.seconds)
        return group.stored

    def _carry_out(self, group: _Group) -> None:
        """Whoever came first does it for the others, when those before them are through."""
        mine = self._turn.acquire(timeout=self._writer.seconds)
        try:
            with self._lock:
                self._waiting = _Group()  # whoever comes from now on waits for the next
            work = partial(apply_facts, actor=None, facts=group.facts)
            group.stored = mine and self._writer.attempt(work, journaled=True)
        finally:
            if mine:
                self._turn.release()
            group.done.set()


together = Together(writer)
