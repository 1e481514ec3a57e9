"""How editions are shown: since when and until when each is in force, and what may be chosen for a comparison."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from apps.policies.models import PolicyEdition

State = Literal["awaited", "in_force", "past"]


@dataclass(frozen=True)
class Standing:
    """A published edition at a moment: in force from `since` until `until`, when `successor` takes its place."""

    edition: PolicyEdition
    state: State
    since: datetime
    until: datetime | None
    successor: PolicyEdition | None


def standings(published: Iterable[PolicyEdition], now: datetime) -> list[Standing]:
    """How each of a document's published editions stands at a moment; the latest in force first.

    Two that come into force at one moment: the one with the higher number does. One that was entered afterwards has
    its place by its moment, whatever its number.
    """
    found: list[Standing] = []
    successor: PolicyEdition | None = None
    for edition in sorted(published, key=lambda edition: (edition.effective_at, edition.number), reverse=True):
        assert edition.effective_at is not None  # it is published
        until = successor.effective_at if successor else None
        found.append(
            Standing(edition, _state(edition.effective_at, until, now), edition.effective_at, until, successor)
        )
        successor = edition
    return found


def _state(since: datetime, until: datetime | None, now: datetime) -> State:
    if since > now:
        return "awaited"
    return "past" if until is not None and until <= now else "in_force"
