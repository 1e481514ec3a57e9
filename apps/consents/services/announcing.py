"""Telling the other apps what people do not want any more."""

from collections.abc import Iterator

from django.db import connection
from psycopg import sql

from apps.accounts.models import User
from apps.consents.choices import CHANNELS, EVERY_CHANNEL, REFUSING
from apps.policies.registry import PURPOSE_BY_CODE, PURPOSES
from apps.subjects.refusals import Refusal, announce

APP = "consents"
# What is the last word, with the channels that the person has permitted again since an act about every one. States are
# looked up row by row through the index that begins with the person (OFFSET 0), however old statistics are.
_LAST_WORDS = sql.SQL("""
    SELECT e.subject_id, e.purpose, e.channel, e.medium, e.occurred_at, e.campaign, k.permitted
    FROM ({events}) e CROSS JOIN LATERAL (
        SELECT bool_or(k.event_id = e.id) AS last, array_agg(k.channel) FILTER (
            WHERE e.channel = {every} AND k.channel <> {every} AND k.state <> ALL({refusing})) AS permitted
        FROM consents_consentstate k WHERE k.subject_id = e.subject_id AND k.purpose = e.purpose OFFSET 0) AS k
    WHERE e.state = ANY({refusing}) AND e.purpose = ANY({advertising}) AND k.last
    ORDER BY e.subject_id, e.id""")


def is_advertising(purpose: str) -> bool:
    """Whether a purpose of the register is advertising."""
    return purpose in PURPOSE_BY_CODE and PURPOSE_BY_CODE[purpose].advertising


def announce_ends(*, actor: User | None, events: sql.Composable, batch: int | None = None) -> None:
    """Let others hear of refusals and withdrawals of advertising that are the person's last word, states being fresh;
    `events` is a query that gives what may be one, with the ledger's columns.

    Of an act about every channel only the channels that the person has not permitted again since.
    """
    announce(APP, actor=actor, refusals=list(_refusals(events)), batch=batch)


def _refusals(events: sql.Composable) -> Iterator[Refusal]:
    statement = _LAST_WORDS.format(
        events=events, every=sql.Literal(EVERY_CHANNEL), refusing=sql.Literal([state.value for state in REFUSING]),
        advertising=sql.Literal([purpose.code for purpose in PURPOSES if purpose.advertising]),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement)
        for subject_id, purpose, channel, medium, occurred_at, campaign, permitted in cursor.fetchall():
            stopped = [c.value for c in CHANNELS if c not in permitted] if permitted else [channel]
            for one in stopped:
                yield Refusal(
                    subject_id=subject_id, purpose=purpose, channel=one, medium=medium, occurred_at=occurred_at,
                    campaign=campaign,
                )  # fmt: skip
