"""What is done with the rows of a file of opt-outs: repeats among them found, judged against the list, merged."""

from django.db import connection

from apps.imports.models import Batch, StagedRow
from apps.optouts.services.bulk import OptOutIntake, add_from_file, fresh_facts, judge_optouts, remember_staged

RELATION = StagedRow._meta.db_table

# The first counts: it says since when.
_REPEATED = """
    UPDATE imports_stagedrow s SET verdict = 'duplicate', reason = 'repeated-optout'
    FROM (SELECT number, row_number() OVER (
            PARTITION BY token, card, phone, email, channel, purpose, optout_reason, also ORDER BY number) AS nth
          FROM imports_stagedrow WHERE batch_id = %(batch)s AND verdict = '') AS g
    WHERE s.batch_id = %(batch)s AND s.number = g.number AND g.nth > 1
"""


def find_repeats(batch: Batch) -> None:
    """Give a verdict to rows that say what an earlier row of the file said."""
    with connection.cursor() as cursor:
        cursor.execute(_REPEATED, {"batch": batch.pk})


def _intake(batch: Batch, first: int, last: int) -> OptOutIntake:
    return OptOutIntake(RELATION, batch.pk, first, last, batch.partner.code, batch.created_at)


def judge(batch: Batch, first: int, last: int, *, to_merge: bool = False) -> None:
    """Make `judged_rows` of rows `first` to `last`."""
    judge_optouts(_intake(batch, first, last))


def merge(batch: Batch, first: int, last: int) -> None:
    """Keep what `judge` found to be new: in the journal, then in the database."""
    intake = _intake(batch, first, last)
    remember_staged(intake)
    add_from_file(actor=batch.confirmed_by, facts=fresh_facts(intake), batch=batch.pk)
