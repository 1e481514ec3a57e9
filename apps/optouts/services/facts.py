"""A refusal, bounce or complaint in the form in which it travels: as a journal entry, as an event, as a suppression."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid4

from apps.core import clock
from apps.core.journal import JournalEntry
from apps.optouts.choices import EVERY_SENDER, Reason
from apps.policies.registry import ADVERTISING

JOURNAL_KIND = "optout"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What was said about one address, by its digest.

    `id` and `at` (when we accepted it) are those of the journal entry and of the event; `occurred` is when the person
    or provider said it; `partner` is the code of the partner who reported it, or empty.
    """

    kind: str
    digest: bytes
    channel: str
    medium: str
    purpose: str = ADVERTISING
    sender: str = EVERY_SENDER
    reason: str = Reason.REFUSAL
    campaign: str = ""
    partner: str = ""
    occurred: datetime = field(default_factory=clock.now)
    at: datetime = field(default_factory=clock.now)
    id: UUID = field(default_factory=uuid4)

    def to_data(self) -> dict[str, Any]:
        """The `data` of its journal entry."""
        return {
            "kind": str(self.kind),
            "digest": self.digest.hex(),
            "channel": str(self.channel),
            "purpose": str(self.purpose),
            "sender": str(self.sender),
            "reason": str(self.reason),
            "medium": str(self.medium),
            "campaign": self.campaign,
            "partner": self.partner,
            "occurred": self.occurred.isoformat(),
        }

    @classmethod
    def from_data(cls, data: dict[str, Any], *, id: UUID, at: datetime) -> Self:  # noqa: A002
        """The fact of a journal entry's parts. Raises KeyError, TypeError or ValueError when one is wrong."""
        values = {
            **data,
            "digest": bytes.fromhex(data["digest"]),
            "occurred": datetime.fromisoformat(data["occurred"]),
        }
        return cls(id=id, at=at, **values)

    def to_entry(self) -> JournalEntry:
        """The journal entry that keeps this fact."""
        return JournalEntry(self.id, self.at, JOURNAL_KIND, self.to_data())

    @classmethod
    def from_entry(cls, entry: JournalEntry) -> Self:
        """The fact that a journal entry keeps. Raises as `from_data`."""
        return cls.from_data(entry.data, id=entry.id, at=entry.at)
