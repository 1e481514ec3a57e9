"""What ends because something wider was refused: consents that are in force, or asked for, where somebody refused."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from psycopg import sql

from apps.accounts.models import User
from apps.consents.choices import CHANNELS, EVERY_CHANNEL, REFUSING
from apps.consents.models import ConsentEvent
from apps.consents.services.refresh import people_among, refresh_states
from apps.core import clock
from apps.policies.registry import PURPOSES

_LISTED = sql.SQL("""
    SELECT * FROM unnest({}::bigint[], {}::varchar[], {}::varchar[], {}::varchar[], {}::timestamptz[], {}::varchar[])
        AS f(subject_id, purpose, channel, medium, occurred_at, campaign)""")
# The rule of `models.standing`, for each place of which a fall speaks. Most people have agreed to no topic: that is
# looked up first, by the index.
_END = sql.SQL("""
    WITH falls AS MATERIALIZED (
        SELECT DISTINCT f.subject_id, f.purpose, f.channel, f.medium, f.occurred_at, f.campaign FROM ({falls}) f
        WHERE EXISTS (SELECT FROM consents_consentevent e WHERE e.subject_id = f.subject_id AND e.purpose = f.purpose
            AND e.occurred_at <= f.occurred_at AND e.counts AND e.state IN ('given', 'requested') OFFSET 0)
    ), ends AS (
        SELECT f.*, bool_or(NOT x.asked_for AND d.state = 'given' AND (d.expires_at > f.occurred_at
                   OR d.expires_at IS NULL)) AS given, bool_or(x.asked_for) AS requested
        FROM falls f JOIN unnest({places}::varchar[]) AS p(place) ON f.channel IN ('', p.place)
        LEFT JOIN LATERAL (
            SELECT e.state, e.occurred_at, e.expires_at FROM consents_consentevent e
            WHERE e.subject_id = f.subject_id AND e.purpose = f.purpose AND e.occurred_at <= f.occurred_at
              AND e.counts AND e.channel IN ('', p.place) AND e.state <> 'requested'
            ORDER BY e.occurred_at DESC, e.rank DESC, e.expires_at, e.id DESC LIMIT 1) AS d ON true
        LEFT JOIN LATERAL (
            SELECT e.occurred_at FROM consents_consentevent e
            WHERE e.subject_id = f.subject_id AND e.purpose = f.purpose AND e.occurred_at <= f.occurred_at
              AND e.counts AND e.channel IN ('', p.place) AND e.state = 'requested'
            ORDER BY e.occurred_at DESC LIMIT 1) AS r ON true
        CROSS JOIN LATERAL (SELECT r.occurred_at IS NOT NULL AND (d.state IS NULL OR r.occurred_at > d.occurred_at AND (
            d.state <> 'given' OR d.expires_at <= r.occurred_at)) IS TRUE) AS x(asked_for)
        GROUP BY f.subject_id, f.purpose, f.channel, f.medium, f.occurred_at, f.campaign
    )
    INSERT INTO consents_consentevent (subject_id, purpose, channel, state, medium, occurred_at, recorded_at, campaign,
                                       actor_id, batch)
    SELECT subject_id, purpose, channel, CASE WHEN given THEN 'withdrawn' ELSE 'refused' END, medium, occurred_at,
           %(now)s, campaign, %(actor)s, %(batch)s
    FROM ends WHERE given OR requested ORDER BY subject_id, purpose, occurred_at, channel
    RETURNING subject_id, purpose, channel, medium, occurred_at""")


@dataclass(frozen=True, kw_only=True)
class Fall:
    """A person refused something of which this purpose is a part, by this channel (empty: by every one)."""

    subject_id: int
    purpose: str
    channel: str
    medium: str
    occurred_at: datetime
    campaign: str = ""


class End(NamedTuple):
    """What was in force or asked for, and ended by this event."""

    subject_id: int
    purpose: str
    channel: str
    medium: str
    occurred_at: datetime


def topics_of(purpose: str) -> list[str]:
    """The purposes that fall with a purpose."""
    return [topic.code for topic in PURPOSES if topic.parent == purpose]


def topics_below(event: ConsentEvent) -> list[Fall]:
    """What falls with an event: nothing, unless it refuses a purpose that has topics."""
    if event.state not in REFUSING:
        return []
    said = {"channel": event.channel, "medium": event.medium, "campaign": event.campaign}
    return [
        Fall(subject_id=event.subject_id, purpose=topic, occurred_at=event.occurred_at, **said)
        for topic in topics_of(event.purpose)
    ]


def let_fall(*, actor: User | None, falls: Sequence[Fall], batch: int | None = None) -> list[End]:
    """End what was in force or asked for when it was refused, and only that.

    Withdrawn where it was given, refused where it was asked for. The caller holds the people's rows, and records it.
    """
    if not falls:
        return []
    columns = [
        [str(v) if isinstance(v, str) else v for v in column] for column in zip(*map(astuple, falls), strict=True)
    ]
    return let_all_fall(actor=actor, falls=_LISTED.format(*map(sql.Literal, columns)), batch=batch)


def let_all_fall(*, actor: User | None, falls: sql.Composable, batch: int | None = None) -> list[End]:
    """The same of any number; `falls` is a query with the columns of `Fall`."""
    places = sql.Literal([EVERY_CHANNEL, *(channel.value for channel in CHANNELS)])
    params = {"now": clock.now(), "actor": actor.pk if actor else None, "batch": batch}
    with connection.cursor() as cursor:
        cursor.execute(_END.format(falls=falls, places=places), params)
        ends = [End(*row) for row in cursor.fetchall()]
    if ends:
        refresh_states(people_among(sorted({end.subject_id for end in ends})), sorted({end.purpose for end in ends}))
    return ends
