"""What is done with the rows of an activity file: repeats among them found, judged against the registers, merged."""

from datetime import datetime
from functools import partial

from django.db import connection

from apps.consents.services.permitted import permitted
from apps.core import clock
from apps.imports.models import Batch, MergedChunk, StagedRow
from apps.imports.services.remembering import remember_activity
from apps.policies.registry import GEOLOCATION
from apps.subjects.services.bulk_activity import ActivityIntake, hold_people, judge_activity, merge_activity

RELATION = StagedRow._meta.db_table

# The last counts. Rows that name one person in different ways are found when they are judged.
_REPEATED = """
    UPDATE imports_stagedrow s SET verdict = 'duplicate', reason = 'repeated-activity'
    FROM (SELECT number, row_number() OVER (
            PARTITION BY token, card, phone, email, category, record_key ORDER BY number DESC) AS nth
          FROM imports_stagedrow WHERE batch_id = %(batch)s AND verdict = '') AS g
    WHERE s.batch_id = %(batch)s AND s.number = g.number AND g.nth > 1
"""


def find_repeats(batch: Batch) -> None:
    """Give a verdict to rows that speak of an event of which a later row of the file speaks."""
    with connection.cursor() as cursor:
        cursor.execute(_REPEATED, {"batch": batch.pk})


def _intake(batch: Batch, first: int, last: int, at: datetime | None = None) -> ActivityIntake:
    located = partial(permitted, GEOLOCATION)
    return ActivityIntake(RELATION, batch.pk, first, last, batch.partner, batch.created_at, at, located=located)


def judge(batch: Batch, first: int, last: int, *, to_merge: bool = False) -> None:
    """Make `judged_rows` of rows `first` to `last`."""
    judge_activity(_intake(batch, first, last))


def merge(batch: Batch, first: int, last: int) -> None:
    """Store what `judge` found to be new or updated, and keep what undoing it would need. Raises Overtaken."""
    chunk = MergedChunk.objects.create(batch=batch, first=first, last=last, at=clock.now())
    intake = _intake(batch, first, last, chunk.at)
    hold_people(intake)
    remember_activity(chunk)
    merge_activity(intake)
