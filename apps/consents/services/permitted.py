"""Whether a consent carries what happened at a moment, as a condition for statements about many people at once."""

from psycopg import sql

from apps.consents.choices import ENDING, State
from apps.core import clock

# A break is an end, or an expiry that no later beginning came before.
_PERMITTED = sql.SQL("""EXISTS (
    SELECT FROM consents_consentevent given
    WHERE given.subject_id = {subject} AND given.purpose = {purpose} AND given.state = {state} AND given.counts
      AND given.channel = '' AND given.occurred_at <= {at} AND NOT EXISTS (
        SELECT FROM consents_consentevent broken
        WHERE broken.subject_id = given.subject_id AND broken.purpose = given.purpose AND broken.counts
          AND broken.channel = '' AND broken.occurred_at >= given.occurred_at AND (
            broken.state IN ({ending})
            OR (broken.expires_at <= {now} AND NOT EXISTS (
                SELECT FROM consents_consentevent again
                WHERE again.subject_id = broken.subject_id AND again.purpose = broken.purpose AND again.counts
                  AND again.channel = '' AND again.state = {state}
                  AND again.occurred_at > broken.occurred_at AND again.occurred_at <= broken.expires_at)))))""")


def permitted(purpose: str, *, subject: str, at: str) -> sql.Composed:
    """A condition: the person in column `subject` (`alias.column`) had given the consent by the moment in column `at`,
    and it was not broken since, up to this day. `ConsentEventQuerySet.held_since` says the same of one person.
    """
    return _PERMITTED.format(
        subject=sql.Identifier(*subject.split(".")),
        at=sql.Identifier(*at.split(".")),
        purpose=sql.Literal(purpose),
        state=sql.Literal(State.GIVEN.value),
        ending=sql.SQL(", ").join(sql.Literal(state.value) for state in ENDING),
        now=sql.Literal(clock.now()),
    )
