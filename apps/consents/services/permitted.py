"""Whether a consent carries what happened at a moment, as a condition for statements about many people at once."""

from psycopg import sql

from apps.consents.choices import ENDING, State

_PERMITTED = sql.SQL("""EXISTS (
    SELECT FROM consents_consentevent given
    WHERE given.subject_id = {subject} AND given.purpose = {purpose} AND given.state = {state}
      AND given.occurred_at <= {at} AND NOT EXISTS (
        SELECT FROM consents_consentevent ended
        WHERE ended.subject_id = given.subject_id AND ended.purpose = given.purpose AND ended.state IN ({ending})
          AND ended.occurred_at >= given.occurred_at))""")


def permitted(purpose: str, *, subject: str, at: str) -> sql.Composed:
    """A condition: the person in column `subject` (`alias.column`) had given the consent by the moment in column `at`,
    and it was not ended since, up to this day. `ConsentEventQuerySet.held_since` says the same of one person.
    """
    return _PERMITTED.format(
        subject=sql.Identifier(*subject.split(".")),
        at=sql.Identifier(*at.split(".")),
        purpose=sql.Literal(purpose),
        state=sql.Literal(State.GIVEN.value),
        ending=sql.SQL(", ").join(sql.Literal(state.value) for state in ENDING),
    )
