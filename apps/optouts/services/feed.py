"""The feed: what was suppressed and lifted since a reader asked last, in digests of the reader's own salt.

A reader goes by changes in the order of their ids. Up to `horizon` nothing can appear any more (`core.settled`), so a
cursor, which is the id of the last change told, never passes one that is committed later. Changes are read in blocks,
each a query of its own: memory stays flat, and a reader who is slow keeps no transaction open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple, Self

from django.db.models import Q

from apps.core.choices import Channel
from apps.core.settled import settled_id
from apps.optouts.choices import EVERY_SENDER
from apps.optouts.models import SaltOwner, SuppressionChange, covering_purposes
from apps.optouts.services.remembering import spelled
from apps.optouts.services.salted import salted, salted_of
from apps.subjects.models import Identifier

BLOCK = 2_000
PATIENCE_SECONDS = 5.0  # above what a chunk of a file takes to be merged


@dataclass(frozen=True)
class Selection:
    """Which changes a reader wants; empty for all. A suppression of every channel, purpose or sender is always one."""

    channel: str = ""
    purpose: str = ""
    sender: str = ""

    def condition(self) -> Q:
        """As a filter of changes. A topic falls with the purpose above it."""
        wanted = Q()
        if self.channel:
            wanted &= Q(channel__in={self.channel, Channel.ALL.value})
        if self.purpose:
            wanted &= Q(purpose__in=covering_purposes(self.purpose))
        if self.sender:
            wanted &= Q(sender__in={self.sender, EVERY_SENDER})
        return wanted


class Change(NamedTuple):
    """A row of `SuppressionChange`."""

    pk: int
    suppression: int
    kind: str
    digest: bytes
    channel: str
    purpose: str
    sender: str
    reason: str
    since: datetime
    event: str

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """From the columns in their order."""
        return cls(*row)._replace(digest=bytes(row[3]))


class Line(NamedTuple):
    """What is told of one address by one change; `reached` is how far the reader has come with it."""

    change: Change
    kind: str
    digest: bytes
    reached: int

    def to_data(self) -> dict[str, Any]:
        """The line's fields, less its cursor."""
        told = self.change
        since = told.since.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return {
            "digest": self.digest.hex(), "kind": self.kind, "channel": told.channel, "purpose": told.purpose,
            "sender": told.sender, "reason": told.reason, "since": since, "event": told.event,
            "suppression": told.suppression,
        }  # fmt: skip


@dataclass
class Feed:
    """Changes behind `after` for one reader. `reached` and `unnamed` (changes whose address nobody ever saw) grow as
    `blocks` is used up.
    """

    owner: SaltOwner
    selection: Selection
    after: int
    horizon: int
    unnamed: int = 0

    @property
    def reached(self) -> int:
        """The id up to which everything was told."""
        return self.after

    def blocks(self) -> Iterator[list[Line]]:
        """Lines, some thousand at a time."""
        while rows := self._next():
            lines = list(self._lines(rows))
            self.after = rows[-1].pk
            yield lines
        self.after = max(self.after, self.horizon)

    def _next(self) -> list[Change]:
        changes = SuppressionChange.objects.filter(self.selection.condition(), pk__gt=self.after, pk__lte=self.horizon)
        return [Change.of(row) for row in changes.order_by("pk").values_list(*Change._fields)[:BLOCK]]

    def _lines(self, changes: list[Change]) -> Iterator[Line]:
        known = salted_of(self.owner, {change.digest for change in changes})
        others = self._others({change.digest for change in changes if change.channel == Channel.ALL})
        before = self.after
        for change in changes:
            named = {(change.kind, known[change.digest])} if change.digest in known else set()
            if change.channel == Channel.ALL:
                named |= others.get(change.digest, set())
            self.unnamed += not named
            for last, (kind, digest) in enumerate(sorted(named), start=1 - len(named)):
                # Whoever is cut off between two lines of one change has to be told of it again.
                yield Line(change, kind, digest, before if last else change.pk)
            before = change.pk

    def _others(self, digests: set[bytes]) -> dict[bytes, set[tuple[str, bytes]]]:
        """{our digest: (kind, their digest) of every address of the same person}: who refused every channel refused
        it for all of them.
        """
        if not digests:
            return {}
        asked = Identifier.objects.filter(digest__in=digests).values_list("subject_id", "digest")
        people = {bytes(digest): subject for subject, digest in asked}
        held = Identifier.objects.filter(subject_id__in=set(people.values())).order_by("subject_id")
        rows = held.values_list("subject_id", "kind", "value", "partner__code")
        theirs = {
            subject: {(kind, self._salted(kind, value, code)) for _s, kind, value, code in group}
            for subject, group in groupby(rows, key=lambda row: row[0])
        }
        return {digest: theirs[subject] for digest, subject in people.items()}

    def _salted(self, kind: str, value: str, partner_code: str | None) -> bytes:
        return salted(self.owner.salt, spelled(kind, value, partner_code or ""))


def feed(*, owner: SaltOwner, selection: Selection, after: int) -> Feed:
    """What there is to tell behind `after`. Raises Unsettled when writers held on for longer than PATIENCE_SECONDS."""
    return Feed(owner, selection, after, settled_id(SuppressionChange, PATIENCE_SECONDS))
