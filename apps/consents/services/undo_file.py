"""When a file is undone: what it told stays in the ledger, marked as recorded wrongly, for as long as the person does.

A suppression that followed from a refusal in it stays, for only the person lifts one; so does what a withdrawal in it
had destroyed.
"""

from typing import Any

import pgtrigger
from django.db import connection
from psycopg import sql

from apps.accounts.models import User
from apps.audit.services import record
from apps.consents import actions
from apps.consents.choices import Medium, State
from apps.consents.models import APPEND_ONLY, ConsentEvent, ConsentState
from apps.consents.services.enforce import RESTS_ON, destroy_unpermitted_of_many
from apps.consents.services.refresh import refresh_states, sweep_states
from apps.core import clock

# Tables that refer to people, of which `said_elsewhere` speaks.
CONSENT_TABLES = frozenset({ConsentEvent, ConsentState})

_SAID_ELSEWHERE = sql.SQL("""EXISTS (
    SELECT FROM consents_consentevent x WHERE x.subject_id = {subject} AND x.batch IS DISTINCT FROM {batch})""")
# The rows' acts, and topics that ended with them; of blocked people nothing.
_TAKEN_BACK = """
    CREATE TEMP TABLE taken_back ON COMMIT DROP AS
    WITH told AS (
        SELECT e.id, e.subject_id FROM consents_consentevent e
        JOIN subjects_subject u ON u.id = e.subject_id AND u.restricted_at IS NULL
        WHERE e.batch = %(batch)s AND e.row BETWEEN %(first)s AND %(last)s AND e.counts AND e.medium = %(medium)s
    )
    SELECT e.id, e.subject_id, e.purpose, e.channel FROM consents_consentevent e
    WHERE e.id IN (SELECT id FROM told)
       OR (e.subject_id IN (SELECT subject_id FROM told) AND e.batch = %(batch)s AND e.row IS NULL AND e.counts
           AND e.corrects_id IS NULL)
"""
_HOLD = """
    SELECT id FROM subjects_subject WHERE id IN (SELECT subject_id FROM taken_back) ORDER BY id FOR NO KEY UPDATE
"""
_CORRECT = """
    INSERT INTO consents_consentevent (subject_id, purpose, channel, state, occurred_at, recorded_at, medium, actor_id,
                                       batch, corrects_id, counts)
    SELECT subject_id, purpose, channel, %(state)s, %(now)s, %(now)s, %(medium)s, %(actor)s, %(batch)s, id, false
    FROM taken_back ORDER BY id
"""
_PEOPLE = sql.SQL("SELECT DISTINCT subject_id FROM taken_back")


def said_elsewhere(subject: str, batch: int) -> sql.Composed:
    """A condition: of the person in this column (`alias.column`) something is said that this file did not say."""
    return _SAID_ELSEWHERE.format(subject=sql.Identifier(*subject.split(".")), batch=sql.Literal(batch))


def correct_file(*, actor: User | None, batch: int, first: int, last: int) -> int:
    """Add a correction for every act that rows `first` to `last` of a file told and that still counts; how many.

    What rested on a consent that was told wrongly goes. In the caller's transaction, who has checked the permission.
    """
    params: dict[str, Any] = {
        "batch": batch, "first": first, "last": last, "medium": Medium.FILE.value, "now": clock.now(),
        "state": State.INVALIDATED.value, "actor": actor.pk if actor else None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.taken_back")
        cursor.execute(_TAKEN_BACK, params)
        if not cursor.rowcount:
            return 0
        cursor.execute(_HOLD)
        cursor.execute(_CORRECT, params)
        corrected = cursor.rowcount
        cursor.execute("SELECT array_agg(DISTINCT purpose) FROM taken_back")
        (purposes,) = cursor.fetchone()
    refresh_states(_PEOPLE, purposes)
    sweep_states(_PEOPLE)
    for purpose in RESTS_ON.keys() & set(purposes):
        destroy_unpermitted_of_many(actor=actor, people=_PEOPLE, purpose=purpose)
    record(actor, actions.CORRECTED_FILE, ConsentEvent, events=corrected, batch=batch)
    return int(corrected)


def forget_people(people: sql.Composable) -> None:
    """Delete what is said of people who are about to go, as their eraser does: nobody is left whom it could be about.

    `people` is a query that gives them as `subject_id`; nothing is said of them but by the file that is undone.
    """
    with connection.cursor() as cursor, pgtrigger.ignore(APPEND_ONLY):
        for table in (ConsentState._meta.db_table, ConsentEvent._meta.db_table):
            cursor.execute(
                sql.SQL("DELETE FROM {} WHERE subject_id IN ({})").format(sql.Identifier(table), people)
            )  # fmt: skip
