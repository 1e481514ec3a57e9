"""Refusals of several requests in one transaction: its dozen statements cost the same for one of them and for ten."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from apps.optouts.services.apply import apply_facts
from apps.optouts.services.bounded import BoundedWriter, writer
from apps.optouts.services.facts import Fact

# Seconds for which a writer waits for those that were here a moment ago: whoever posts again and again comes in waves,
# and one wave costs less than two halves. Somebody alone never waits.
GATHERING = 0.01


@dataclass
class _Group:
    """Facts that are committed together, or not at all."""

    requests: int = 0
    complete: threading.Event = field(default_factory=threading.Event)
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
        self._inside = self._peak = 0  # requests that are in here now, and at most since the last group left

    def store(self, facts: Sequence[Fact]) -> bool:
        """Whether they were committed in time; what was not, the drain brings in from the journal."""
        group, first = self._join(facts)
        if first:
            self._carry_out(group)
        else:
            group.done.wait(2 * self._writer.seconds)
        with self._lock:
            self._inside -= 1
        return group.stored

    def _join(self, facts: Sequence[Fact]) -> tuple[_Group, bool]:
        """The group that leaves next, and whether this request is the first of it."""
        with self._lock:
            group = self._waiting
            first = not group.requests
            group.requests += 1
            group.facts.extend(facts)
            self._inside += 1
            self._peak = max(self._peak, self._inside)
            if group.requests >= self._peak:
                group.complete.set()
            return group, first

    def _carry_out(self, group: _Group) -> None:
        """Whoever came first does it for the others, when those before them are through."""
        mine = self._turn.acquire(timeout=self._writer.seconds)
        try:
            group.complete.wait(GATHERING)
            with self._lock:
                self._waiting = _Group()  # whoever comes from now on waits for the next
                self._peak = self._inside
            work = partial(apply_facts, actor=None, facts=group.facts)
            group.stored = mine and self._writer.attempt(work, journaled=True)
        finally:
            if mine:
                self._turn.release()
            group.done.set()


together = Together(writer)
