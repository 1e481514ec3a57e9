"""Keeping the states of people in step with the ledger, in the transaction of whoever adds to it."""

from collections.abc import Sequence

from django.db import connection
from psycopg import sql

from apps.consents.services.as_of import states_of

_UPSERT = sql.SQL("""
    WITH asked AS MATERIALIZED ({people}), {states}
    INSERT INTO consents_consentstate AS k (subject_id, purpose, channel, state, since, expires_at, event_id,
                                            edition_id)
    SELECT subject_id, purpose, channel, state, since, expires_at, event_id, edition_id FROM states
    ORDER BY subject_id, purpose, channel
    ON CONFLICT (subject_id, purpose, channel) DO UPDATE
    SET state = excluded.state, since = excluded.since, expires_at = excluded.expires_at, event_id = excluded.event_id,
        edition_id = excluded.edition_id
    WHERE k.event_id <> excluded.event_id OR k.state <> excluded.state""")
# Places of which nothing that counts speaks any more.
_SWEEP = sql.SQL("""
    DELETE FROM consents_consentstate k
    WHERE k.subject_id IN ({people}) AND NOT EXISTS (
        SELECT FROM consents_consentevent e
        WHERE e.subject_id = k.subject_id AND e.purpose = k.purpose AND e.channel = k.channel AND e.counts)""")


def people_among(subjects: Sequence[int]) -> sql.Composed:
    """A query that gives these people as `subject_id`."""
    return sql.SQL("SELECT unnest({}::bigint[]) AS subject_id").format(sql.Literal(list(subjects)))


def refresh_states(people: sql.Composable, purposes: Sequence[str] | None = None) -> None:
    """Bring the states of people up to date; `people` is a query that gives them as `subject_id`, for one and for a
    chunk of a file. With `purposes` only theirs. The caller holds the people's rows, so that nobody adds meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT.format(people=people, states=states_of(purposes=purposes)))


def sweep_states(people: sql.Composable) -> None:
    """Take away states of places that no act speaks of any more: after a correction, a merge."""
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP.format(people=people))
