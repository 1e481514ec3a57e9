"""What consents are at a moment, for many people at once, in SQL: the rule of `models.standing`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from psycopg import sql

from apps.consents.choices import CHANNELS, EVERY_CHANNEL, State

# Every place (person × purpose × channel) of which an act speaks, with what decides it. `asked` names the people. What
# names no channel speaks in each place that the person's acts about the purpose name: `named` has a bit for each.
# Found by a window: joining acts with places goes through all for each where the planner takes either for few.
_STATES_OF = sql.SQL("""
    said AS (
        SELECT e.id, e.subject_id, e.purpose, e.channel, e.state, e.occurred_at, e.rank, e.expires_at, e.edition_id,
               bit_or(CASE e.channel {bits} ELSE 0 END) OVER (PARTITION BY e.subject_id, e.purpose) AS named
        FROM consents_consentevent e
        WHERE e.subject_id IN (SELECT a.subject_id FROM asked a) AND e.counts AND {purposes} AND e.occurred_at <= {at}
    ), placed AS MATERIALIZED (
        SELECT s.*, c.channel AS place
        FROM said s JOIN LATERAL (VALUES {channels}) AS c(channel, bit)
            ON s.named & c.bit > 0 AND s.channel IN ('', c.channel)
    ), decided AS (
        SELECT DISTINCT ON (subject_id, purpose, place) subject_id, purpose, place, id, state, occurred_at, expires_at,
               edition_id
        FROM placed WHERE state <> 'requested'
        ORDER BY subject_id, purpose, place, occurred_at DESC, rank DESC, expires_at, id DESC
    ), requested AS (
        SELECT DISTINCT ON (subject_id, purpose, place) subject_id, purpose, place, id, occurred_at, edition_id
        FROM placed WHERE state = 'requested'
        ORDER BY subject_id, purpose, place, occurred_at DESC, id DESC
    ), states AS (
        SELECT subject_id, purpose, place AS channel,
               CASE WHEN asked_for THEN 'requested' ELSE d.state END AS state,
               CASE WHEN asked_for THEN r.occurred_at ELSE d.occurred_at END AS since,
               CASE WHEN asked_for THEN NULL ELSE d.expires_at END AS expires_at,
               CASE WHEN asked_for THEN r.id ELSE d.id END AS event_id,
               CASE WHEN asked_for THEN r.edition_id ELSE d.edition_id END AS edition_id
        FROM decided d FULL JOIN requested r USING (subject_id, purpose, place)
        CROSS JOIN LATERAL (SELECT r.id IS NOT NULL AND (d.id IS NULL OR r.occurred_at > d.occurred_at AND (
            d.state <> 'given' OR d.expires_at <= r.occurred_at)) IS TRUE) AS x(asked_for)
    )""")

_PLACES = (EVERY_CHANNEL, *(channel.value for channel in CHANNELS))

# Of each person the act that decides; read off the index `consent_as_of` alone, in its order.
_DECIDED = sql.SQL("""
    SELECT DISTINCT ON (e.subject_id) e.subject_id, e.state, e.occurred_at, e.expires_at
    FROM consents_consentevent e
    WHERE e.purpose = {purpose} AND e.counts AND e.state <> 'requested' AND ({speaking})
      AND e.occurred_at <= {at}
    ORDER BY e.subject_id, e.occurred_at DESC, e.rank DESC, e.expires_at""")
_REQUESTED = sql.SQL("""
    SELECT e.subject_id, max(e.occurred_at) AS occurred_at
    FROM consents_consentevent e
    WHERE e.purpose = {purpose} AND e.counts AND e.state = 'requested' AND ({speaking})
      AND e.occurred_at <= {at}
    GROUP BY e.subject_id""")
_AS_OF = sql.SQL("""
    SELECT subject_id,
           CASE WHEN asked_for THEN 'requested' WHEN d.state = 'given' AND d.expires_at <= {at} THEN 'expired'
                ELSE d.state END AS state,
           CASE WHEN asked_for THEN r.occurred_at WHEN d.state = 'given' AND d.expires_at <= {at} THEN d.expires_at
                ELSE d.occurred_at END AS since,
           CASE WHEN NOT asked_for THEN d.expires_at END AS expires_at
    FROM ({decided}) d FULL JOIN ({requested}) r USING (subject_id)
    CROSS JOIN LATERAL (SELECT r.occurred_at IS NOT NULL AND (d.state IS NULL OR r.occurred_at > d.occurred_at AND (
        d.state <> 'given' OR d.expires_at <= r.occurred_at)) IS TRUE) AS x(asked_for)""")
_IN_FORCE = sql.SQL("""
    SELECT d.subject_id FROM ({decided}) d
    WHERE d.state = 'given' AND (d.expires_at IS NULL OR d.expires_at > {at})""")


def _scope(purpose: str, channel: str, at: datetime) -> dict[str, sql.Composable]:
    # One comparison after the other: quicker than a list, over millions.
    speaking = [sql.SQL("e.channel = {}").format(sql.Literal(one)) for one in dict.fromkeys((EVERY_CHANNEL, channel))]
    return {
        "purpose": sql.Literal(purpose),
        "speaking": sql.SQL(" OR ").join(speaking),
        "at": sql.Literal(at),
    }


def as_of(purpose: str, *, at: datetime, channel: str = EVERY_CHANNEL) -> sql.Composed:
    """A query: `subject_id, state, since, expires_at` of everybody of whom something was known to be said about a
    purpose by a moment, as of that moment. Without a channel only acts that name none speak.
    """
    scope = _scope(purpose, channel, at)
    return _AS_OF.format(decided=_DECIDED.format(**scope), requested=_REQUESTED.format(**scope), **scope)


def in_force(purpose: str, *, at: datetime, channel: str = EVERY_CHANNEL) -> sql.Composed:
    """A query: `subject_id` of everybody whose consent was in force at a moment; to be used as a sub-select."""
    scope = _scope(purpose, channel, at)
    return _IN_FORCE.format(decided=_DECIDED.format(**scope), **scope)


def states_of(*, at: datetime | None = None, purposes: Sequence[str] | None = None) -> sql.Composed:
    """Common table expressions behind one called `asked (subject_id)`; the last of them, `states`, has a row
    `subject_id, purpose, channel, state, since, expires_at, event_id, edition_id` for each place of which acts of
    these people speak by a moment (ever). That a given consent has expired is read off `expires_at`.
    """
    only = sql.SQL("e.purpose = ANY({})").format(sql.Literal(list(purposes))) if purposes else sql.SQL("true")
    bits = [(sql.Literal(channel), sql.Literal(1 << number)) for number, channel in enumerate(_PLACES)]
    return _STATES_OF.format(
        at=sql.Literal(at) if at else sql.SQL("'infinity'"),
        purposes=only,
        bits=sql.SQL(" ").join(sql.SQL("WHEN {} THEN {}").format(*pair) for pair in bits),
        channels=sql.SQL(", ").join(sql.SQL("({}, {})").format(*pair) for pair in bits),
    )


@dataclass(frozen=True)
class Place:
    """What held for one person, purpose and channel at the moment that was asked about."""

    purpose: str
    channel: str
    state: State
    since: datetime
    expires_at: datetime | None
    event_id: int


def of_person(subject_id: int, *, at: datetime) -> sql.Composed:
    """A query: `purpose, channel, state, since, expires_at, event_id` for each place of which one person spoke."""
    asked = sql.SQL("WITH asked (subject_id) AS (VALUES ({}::bigint)), {}").format(
        sql.Literal(subject_id), states_of(at=at)
    )  # fmt: skip
    return asked + sql.SQL(" SELECT purpose, channel, state, since, expires_at, event_id FROM states")


def states_of_person(subject_id: int, *, at: datetime) -> dict[tuple[str, str], Place]:
    """By (purpose, channel) what held for one person at a moment: one query, however much was said. A channel that is
    not named has the state of the empty one.
    """
    with connection.cursor() as cursor:
        cursor.execute(of_person(subject_id, at=at))
        return {(row[0], row[1]): _place(row, at) for row in cursor.fetchall()}


def _place(row: tuple[str, str, str, datetime, datetime | None, int], at: datetime) -> Place:
    purpose, channel, state, since, expires_at, event_id = row
    if state == State.GIVEN and expires_at and expires_at <= at:
        state, since = State.EXPIRED, expires_at
    return Place(purpose, channel, State(state), since, expires_at, event_id)
