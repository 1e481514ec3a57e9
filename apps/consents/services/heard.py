"""What an opt-out means for the ledger, and the way back: a consent that was in force, or asked for, ends by the one;
by the other, which the person confirmed through the address itself, it is given.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from apps.accounts.models import User
from apps.audit.services import prepare, record, record_all
from apps.consents import actions
from apps.consents.choices import Medium, State
from apps.consents.models import ConsentEvent
from apps.consents.services.falling import End, Fall, let_fall, topics_of
from apps.consents.services.refresh import people_among, refresh_states
from apps.core import clock
from apps.subjects.models import Subject
from apps.subjects.refusals import Refusal, Wish
from apps.subjects.services.locking import hold

# Of the refusals those that come from people of whose consents something is known: one look into two indexes for all
# of them, because a mail program waits for the answer. Most find nobody, and that is all that it costs them.
_CONCERNED = """
    SELECT h.nth, i.subject_id, k.purpose
    FROM unnest(%s::int[], %s::varchar[], %s::bytea[], %s::varchar[]) AS h(nth, kind, digest, purpose)
    JOIN subjects_identifier i ON i.digest = h.digest AND i.kind = h.kind
    JOIN consents_consentstate k ON k.subject_id = i.subject_id AND k.purpose = h.purpose
    GROUP BY h.nth, i.subject_id, k.purpose ORDER BY h.nth
"""
_OWNERS = """
    SELECT w.nth, i.subject_id
    FROM unnest(%s::int[], %s::varchar[], %s::bytea[]) AS w(nth, kind, digest)
    JOIN subjects_identifier i ON i.digest = w.digest AND i.kind = w.kind ORDER BY w.nth
"""
# How others call what came through a link.
_MEDIA = {"one-click": Medium.LINK}


def opted_out(*, actor: User | None, refusals: Sequence[Refusal], batch: int | None = None) -> None:
    """Withdrawn for whoever of these people had agreed, by the moment of the refusal; topics fall with what is above
    them. Nothing is recorded of others, nor told to whom it was heard from.
    """
    falls = [_fall(refusals[nth], subject_id, purpose) for nth, subject_id, purpose in _concerned(refusals)]
    if not falls:
        return
    hold({fall.subject_id for fall in falls})
    ended = let_fall(actor=actor, falls=falls, batch=batch)
    _record(ended, actor, batch)


def wanted_again(*, wishes: Sequence[Wish]) -> None:
    """Given, for whoever of these people we know: they agreed by an act of their own, to exactly this. Their rows are
    held.
    """
    now = clock.now()
    given = [
        ConsentEvent(
            subject_id=subject_id, purpose=wish.purpose, channel=wish.channel, state=State.GIVEN,
            medium=Medium(wish.medium), occurred_at=wish.occurred_at, recorded_at=now,
        )
        for wish, subject_id in _owners(wishes)
        if not ConsentEvent.objects.in_force(Subject(pk=subject_id), wish.purpose, wish.occurred_at, wish.channel)
    ]  # fmt: skip
    if given:
        ConsentEvent.objects.bulk_create(given)
        refresh_states(people_among([event.subject_id for event in given]))
        record_all(
            prepare(None, actions.RECORDED, Subject(pk=event.subject_id), state=event.state, **_facts(event))
            for event in given
        )


def _owners(wishes: Sequence[Wish]) -> list[tuple[Wish, int]]:
    rows = [(nth, wish.kind, wish.digest) for nth, wish in enumerate(wishes)]
    with connection.cursor() as cursor:
        cursor.execute(_OWNERS, [list(column) for column in zip(*rows, strict=True)])
        return [(wishes[nth], subject_id) for nth, subject_id in cursor.fetchall()]


def _concerned(refusals: Sequence[Refusal]) -> list[tuple[int, int, str]]:
    rows = [
        (nth, refusal.kind, refusal.digest, purpose)
        for nth, refusal in enumerate(refusals)
        for purpose in (refusal.purpose, *topics_of(refusal.purpose))
    ]
    with connection.cursor() as cursor:
        cursor.execute(_CONCERNED, [list(column) for column in zip(*rows, strict=True)])
        found: list[tuple[int, int, str]] = cursor.fetchall()
        return found


def _fall(refusal: Refusal, subject_id: int, purpose: str) -> Fall:
    medium = _MEDIA.get(refusal.medium, refusal.medium)
    return Fall(
        subject_id=subject_id, purpose=purpose, channel=refusal.channel, medium=Medium(medium).value,
        occurred_at=refusal.occurred_at, campaign=refusal.campaign,
    )  # fmt: skip


def _record(ended: list[End], actor: User | None, batch: int | None) -> None:
    """An entry for each person; one for all whom a file names."""
    if not ended:
        return
    if batch is not None:
        people = len({event.subject_id for event in ended})
        record(actor, actions.HEARD, ConsentEvent, events=len(ended), people=people, batch=batch)
        return
    record_all(prepare(actor, actions.HEARD, Subject(pk=event.subject_id), **_facts(event)) for event in ended)


def _facts(event: ConsentEvent | End) -> dict[str, Any]:
    where = {"channel": event.channel} if event.channel else {}
    return {"purpose": event.purpose, "medium": event.medium, "said_at": event.occurred_at, **where}
