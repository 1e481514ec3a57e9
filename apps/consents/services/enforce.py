"""What must not outlast a consent goes with it."""

from django.db import connection
from psycopg import sql

from apps.accounts.models import User
from apps.consents.models import ConsentEvent
from apps.consents.services.permitted import permitted
from apps.policies.registry import GEOLOCATION
from apps.subjects.models import Subject
from apps.subjects.services.destroy import destroy_chosen, destroy_records

# Purposes whose end destroys records, and the category of data that rests on them (P07).
RESTS_ON = {GEOLOCATION: GEOLOCATION}

_UNPERMITTED = sql.SQL("""
    SELECT r.id FROM subjects_personalrecord r
    WHERE r.subject_id IN ({people}) AND r.category_id = {category} AND NOT {permitted}
    ORDER BY r.subject_id, r.id""")


def destroy_unpermitted(*, actor: User | None, subject: Subject, purpose: str) -> int:
    """Destroy what a locked person's consent no longer carries, in the caller's transaction; how many records.

    Whatever the event was that changed the ledger, what stays is what the consent in force now has carried all along.
    """
    if purpose not in RESTS_ON:
        return 0
    since = ConsentEvent.objects.held_since(subject, purpose)
    return destroy_records(actor=actor, subject=subject, category=RESTS_ON[purpose], before=since)


def destroy_unpermitted_of_many(*, actor: User | None, people: sql.Composable, purpose: str) -> int:
    """The same for many locked people, given by a query."""
    category = RESTS_ON[purpose]
    carried = permitted(purpose, subject="r.subject_id", at="r.observed_at")
    statement = _UNPERMITTED.format(people=people, category=sql.Literal(category), permitted=carried)
    with connection.cursor() as cursor:
        cursor.execute(statement)
        records = [row[0] for row in cursor.fetchall()]
    return destroy_chosen(actor=actor, records=records, category=category)
