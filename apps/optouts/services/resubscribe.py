"""The way back: what a person refused is sent to them again when they confirm it through the address itself."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import connection, transaction

from apps.audit.services import prepare, record_all
from apps.core import clock
from apps.core.choices import Channel
from apps.core.journal import JournalEntry
from apps.optouts import actions
from apps.optouts.choices import EVERY_SENDER, Medium
from apps.optouts.models import Suppression
from apps.optouts.services.accept import keep
from apps.optouts.services.confirmations import Confirmation
from apps.optouts.services.standing import OVERTAKEN
from apps.subjects import refusals
from apps.subjects.refusals import announce_wishes
from apps.subjects.services.locking import hold_owners

JOURNAL_KIND = "resubscription"

logger = logging.getLogger(__name__)

# In the order in which `apply` writes them, so that two writers never wait for each other. Whoever wants to stop one of
# these scopes waits for us, and then finds the row gone or as it is.
_LOCK = """
    SELECT s.digest, s.channel, s.purpose, s.sender, s.id
    FROM optouts_suppression s
    JOIN unnest(%s::bytea[], %s::varchar[], %s::varchar[], %s::varchar[]) AS w(digest, channel, purpose, sender)
      USING (digest, channel, purpose, sender)
    WHERE s.reason = 'refusal'
    ORDER BY s.digest, s.channel, s.purpose, s.sender FOR UPDATE OF s
"""
_INSERT = """
    INSERT INTO optouts_resubscription (id, kind, digest, channel, purpose, sender, asked_at, confirmed_at,
                                        suppression, recorded_at)
    SELECT w.*, %s::timestamptz FROM unnest(
        %s::uuid[], %s::varchar[], %s::bytea[], %s::varchar[], %s::varchar[], %s::varchar[], %s::timestamptz[],
        %s::timestamptz[], %s::bigint[]) AS w(id)
    ORDER BY w.id
    ON CONFLICT (id) DO NOTHING RETURNING id
"""
# A statement of its own behind the lock: it sees every refusal that was written before the lock was given.
_STANDING = f"""
    SELECT s.id, min(e.occurred_at)
    FROM optouts_suppression s
    JOIN optouts_optoutevent e USING (digest, channel, purpose, sender, reason)
    WHERE s.id = ANY(%s) AND NOT {OVERTAKEN}
    GROUP BY s.id
"""  # noqa: S608

_Scope = tuple[bytes, str, str, str]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A confirmed wish to receive one scope again, as it travels: journal entry, row. `at` is when it was confirmed."""

    id: UUID
    kind: str
    digest: bytes
    channel: str
    purpose: str
    sender: str
    asked: datetime
    at: datetime

    @property
    def scope(self) -> _Scope:
        """Address, channel, purpose, sender."""
        return (self.digest, str(self.channel), self.purpose, self.sender)

    def to_entry(self) -> JournalEntry:
        """The journal entry that keeps it."""
        codes = {name: str(getattr(self, name)) for name in ("kind", "channel", "purpose", "sender")}
        data = {**codes, "digest": self.digest.hex(), "asked": self.asked.isoformat()}
        return JournalEntry(self.id, self.at, JOURNAL_KIND, data)

    @classmethod
    def from_entry(cls, entry: JournalEntry) -> Self:
        """The wish that an entry keeps. Raises KeyError, TypeError or ValueError when a part is wrong."""
        parts = {"digest": bytes.fromhex(entry.data["digest"]), "asked": datetime.fromisoformat(entry.data["asked"])}
        return cls(id=entry.id, at=entry.at, **{**entry.data, **parts})


def resubscribe(*, confirmation: Confirmation) -> None:
    """Keep what a person confirmed: in the journal, then in the database. Raises NotAccepted.

    There is no actor: that the confirmation reached them is the proof. Nobody on the staff and no file comes here.
    """
    now = clock.now()
    wishes = [
        Wish(
            id=confirmation.event_id(part), kind=confirmation.kind, digest=confirmation.digest, channel=part.channel,
            purpose=part.purpose, sender=part.sender, asked=confirmation.asked, at=now,
        )
        for part in confirmation.parts
    ]  # fmt: skip
    keep([wish.to_entry() for wish in wishes], lambda: apply_wishes(wishes))


@transaction.atomic
def apply_wishes(wishes: Sequence[Wish]) -> set[UUID]:
    """Write wishes that the database does not have yet, and lift the refusals that they overtake. Gives the new ids.

    Lifts refusals of exactly the same scope only, and of those only what was said before it was asked for: a bounce,
    a complaint or a decision of staff is another fact, and stays.
    """
    hold_owners([wish.digest for wish in wishes])  # who refuses at the desk holds the person first too
    held = _lock(wishes)
    fresh = _insert(wishes, held)
    new = [wish for wish in wishes if wish.id in fresh]
    announce_wishes("optouts", wishes=[_word(wish) for wish in new if wish.sender == EVERY_SENDER])
    lifted = _settle([held[wish.scope] for wish in new if wish.scope in held])
    record_all(
        prepare(
            None, actions.RESUBSCRIBED, Suppression(pk=held[wish.scope]) if wish.scope in held else Suppression,
            kind=wish.kind, channel=wish.channel, purpose=wish.purpose, sender=wish.sender,
            lifted=held.get(wish.scope) in lifted,
        )
        for wish in new
    )  # fmt: skip
    return fresh


def _word(wish: Wish) -> refusals.Wish:
    return refusals.Wish(
        kind=str(wish.kind), digest=wish.digest, purpose=wish.purpose, medium=Medium.LINK, occurred_at=wish.asked,
        channel="" if wish.channel == Channel.ALL else str(wish.channel),
    )  # fmt: skip


def apply_entries(entries: list[JournalEntry]) -> int:
    """The journal's handler. Gives how many are new. Raises as `Wish.from_entry`."""
    return len(apply_wishes([Wish.from_entry(entry) for entry in entries]))


def _lock(wishes: Sequence[Wish]) -> dict[_Scope, int]:
    """Primary keys of the refusals in force, by scope; their rows locked."""
    scopes = sorted({wish.scope for wish in wishes})
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, _columns(scopes, 4))
        return {(bytes(row[0]), *row[1:4]): row[4] for row in cursor.fetchall()}


def _insert(wishes: Sequence[Wish], held: dict[_Scope, int]) -> set[UUID]:
    rows = [(w.id, str(w.kind), *w.scope, w.asked, w.at, held.get(w.scope)) for w in wishes]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [clock.now(), *_columns(rows, 9)])
        return {row[0] for row in cursor.fetchall()}


def _settle(suppressions: list[int]) -> set[int]:
    """Bring locked rows in step with the refusals that still stand. Gives those that are gone."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [suppressions])
        standing = dict(cursor.fetchall())
    for suppression, since in standing.items():
        Suppression.objects.filter(pk=suppression).update(since=since)
    gone = set(suppressions) - standing.keys()
    Suppression.objects.filter(pk__in=gone).delete()
    return gone


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    return [[row[nth] for row in rows] for nth in range(count)]
