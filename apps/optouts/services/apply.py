"""Bringing facts into the database, each once: events, the suppressions that follow from them, the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.accounts.models import User
from apps.audit.models import Entry
from apps.audit.services import prepare, record, record_all
from apps.core import clock
from apps.core.choices import Channel
from apps.core.journal import JournalEntry
from apps.optouts import actions
from apps.optouts.choices import EVERY_SENDER, Medium, Reason
from apps.optouts.models import Suppression
from apps.optouts.services.facts import Fact
from apps.optouts.services.remembering import note_addresses
from apps.optouts.services.standing import OVERTAKEN
from apps.partners.models import Partner
from apps.policies.registry import PURPOSE_BY_CODE
from apps.subjects.refusals import Refusal, announce

# One statement for any number of facts. The order keeps two writers of overlapping facts from a deadlock.
_INSERT_EVENTS = """
    INSERT INTO optouts_optoutevent (id, kind, digest, channel, purpose, sender, reason, medium, occurred_at,
                                     recorded_at, campaign, partner_id, actor_id, batch)
    SELECT f.*, %s::bigint, %s::bigint FROM unnest(
        %s::uuid[], %s::varchar[], %s::bytea[], %s::varchar[], %s::varchar[], %s::varchar[], %s::varchar[],
        %s::varchar[], %s::timestamptz[], %s::timestamptz[], %s::varchar[], %s::bigint[]) AS f(id)
    ORDER BY f.id
    ON CONFLICT (id) DO NOTHING RETURNING id
"""
# From events that are in the table already, less those whose scope the person has asked for again since.
_INSERT_SUPPRESSIONS = f"""
    INSERT INTO optouts_suppression (kind, digest, channel, purpose, sender, reason, since, created_at)
    SELECT min(e.kind), e.digest, e.channel, e.purpose, e.sender, e.reason, min(e.occurred_at), %s::timestamptz
    FROM optouts_optoutevent e
    WHERE e.id = ANY(%s::uuid[]) AND NOT {OVERTAKEN}
    GROUP BY e.digest, e.channel, e.purpose, e.sender, e.reason
    ORDER BY e.digest, e.channel, e.purpose, e.sender, e.reason
    ON CONFLICT (digest, channel, purpose, sender, reason)
    DO UPDATE SET since = least(optouts_suppression.since, EXCLUDED.since)
    RETURNING digest, channel, purpose, sender, reason, id, xmax = 0
"""  # noqa: S608
_STAFF_MEDIA = (Medium.PHONE, Medium.LETTER)
_NOTHING = (0, False)

Key = tuple[bytes, str, str, str, str]


@dataclass(frozen=True)
class Applied:
    """What the database did not have yet: ids of events, and {scope: (suppression's id, whether it is new)}.

    A scope whose refusals the person has overtaken by asking for it again has no suppression.
    """

    events: set[UUID]
    suppressions: dict[Key, tuple[int, bool]]

    def of(self, fact: Fact) -> tuple[int, bool] | None:
        """The suppression of a fact that was applied now, and whether it is the first of its scope."""
        return self.suppressions.get(key_of(fact)) if fact.id in self.events else None


def key_of(fact: Fact) -> Key:
    """What makes a suppression one: address, channel, purpose, sender, reason."""
    return (fact.digest, str(fact.channel), str(fact.purpose), str(fact.sender), str(fact.reason))


@transaction.atomic(savepoint=False)  # whoever calls it goes down with it
def apply_facts(*, actor: User | None, facts: Sequence[Fact], batch: int | None = None, heard: bool = False) -> Applied:
    """Write events, suppressions and audit entries of facts that the database does not have yet, by event id.

    The caller has checked the permission and has written the facts to the journal. An event that is known changes
    nothing, so that what the person took back since is not brought in again by a replay. Other apps hear of what is
    new, unless it was `heard` from one; before the suppressions are written, for they hold people's rows, and whoever
    tells us of a refusal holds those first too.
    """
    fresh = _insert_events(facts, actor, batch)
    new = [fact for fact in facts if fact.id in fresh]
    if not heard:
        announce("optouts", actor=actor, refusals=[_refusal(fact) for fact in new if _is_wide(fact)], batch=batch)
    note_addresses({(fact.kind, fact.digest) for fact in new})
    applied = Applied(fresh, _insert_suppressions(fresh))
    _record(new, applied, actor, batch)
    return applied


def apply_entries(entries: list[JournalEntry]) -> int:
    """The journal's handler of opt-outs. Gives how many events are new. Raises as `Fact.from_entry`."""
    return len(apply_facts(actor=None, facts=[Fact.from_entry(entry) for entry in entries]).events)


def _is_wide(fact: Fact) -> bool:
    """Whether a person refused advertising of every sender: what one sender may not send is no matter of consent."""
    purpose = PURPOSE_BY_CODE.get(fact.purpose)
    return fact.reason == Reason.REFUSAL and fact.sender == EVERY_SENDER and purpose is not None and purpose.advertising


def _refusal(fact: Fact) -> Refusal:
    return Refusal(
        kind=str(fact.kind), digest=fact.digest, purpose=fact.purpose, medium=str(fact.medium),
        channel="" if fact.channel == Channel.ALL else str(fact.channel), occurred_at=fact.occurred,
        campaign=fact.campaign,
    )  # fmt: skip


def _insert_events(facts: Sequence[Fact], actor: User | None, batch: int | None) -> set[UUID]:
    codes = {fact.partner for fact in facts if fact.partner}
    partners = dict(Partner.objects.filter(code__in=codes).values_list("code", "pk")) if codes else {}
    rows = [
        (f.id, f.kind, f.digest, f.channel, f.purpose, f.sender, f.reason, f.medium, f.occurred, f.at, f.campaign,
         partners.get(f.partner))
        for f in facts
    ]  # fmt: skip
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_EVENTS, [actor.pk if actor else None, batch, *_columns(rows)])
        return {row[0] for row in cursor.fetchall()}


def _insert_suppressions(events: set[UUID]) -> dict[Key, tuple[int, bool]]:
    if not events:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_SUPPRESSIONS, [clock.now(), list(events)])
        return {(bytes(row[0]), *row[1:5]): (row[5], row[6]) for row in cursor.fetchall()}


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [[str(v) if isinstance(v, str) else v for v in column] for column in zip(*rows, strict=True)]


def _record(facts: Sequence[Fact], applied: Applied, actor: User | None, batch: int | None) -> None:
    """An entry for each person's own refusal; one for all that a part of a file said, or that a replay found of it."""
    from_files = [fact for fact in facts if fact.medium == Medium.FILE]
    if from_files:
        held = {applied.suppressions.get(key_of(fact), _NOTHING) for fact in from_files}
        made = sum(new for _id, new in held)
        action, origin = (actions.RESTORED, {}) if batch is None else (actions.FROM_FILE, {"batch": batch})
        record(actor, action, Suppression, events=len(from_files), suppressions=made, **origin)
    record_all([_entry(fact, applied, actor) for fact in facts if fact.medium != Medium.FILE])


def _entry(fact: Fact, applied: Applied, actor: User | None) -> Entry:
    suppression_id, new = applied.suppressions.get(key_of(fact), _NOTHING)
    action = actions.TAKEN if fact.medium in _STAFF_MEDIA else actions.ACCEPTED
    scope = {name: getattr(fact, name) for name in ("kind", "channel", "purpose", "sender", "reason", "medium")}
    origin = {name: value for name in ("campaign", "partner") if (value := getattr(fact, name))}
    target = Suppression(pk=suppression_id) if suppression_id else Suppression
    return prepare(actor, action, target, stopped_now=new, **scope, **origin)
