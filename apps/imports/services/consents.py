"""What is done with the rows of a file of consents: repeats among them found, judged against the ledger, recorded."""

from typing import Any

from django.db import connection

from apps.consents.services.bulk import gather_acts, hold_people, judge_consents, record_gathered
from apps.core import clock
from apps.imports.engine.consent_rows import edition_key
from apps.imports.models import Batch, MergedChunk, StagedRow
from apps.imports.services.remembering import remember_acts
from apps.policies.models import PolicyEdition
from apps.subjects.services.bulk import Intake

RELATION = StagedRow._meta.db_table

# The first counts. Rows that name one person in different ways are found when they are judged.
_REPEATED = """
    UPDATE imports_stagedrow s SET verdict = 'duplicate', reason = 'repeated-consent'
    FROM (SELECT number, row_number() OVER (
            PARTITION BY token, card, phone, email, acts -> 0 ->> 0, acts -> 0 ->> 1, acts -> 0 ->> 2, acts -> 0 ->> 3
            ORDER BY number) AS nth
          FROM imports_stagedrow WHERE batch_id = %(batch)s AND verdict = '') AS g
    WHERE s.batch_id = %(batch)s AND s.number = g.number AND g.nth > 1
"""


def editions() -> dict[str, Any]:
    """What the reader of such a file has to know: {what it may call an edition, compared: its primary key}.

    A number alone names one where only one document has an edition of it; else it stands behind its document.
    """
    found: dict[str, int] = {}
    twice = set()
    for pk, document, number in PolicyEdition.objects.published().values_list("pk", "document_id", "number"):
        found[edition_key(f"{document} {number}")] = pk
        twice |= {str(number)} & found.keys()
        found[str(number)] = pk
    return {"editions": {key: pk for key, pk in found.items() if key not in twice}}


def find_repeats(batch: Batch) -> None:
    """Give a verdict to rows that say what an earlier row of the file said."""
    with connection.cursor() as cursor:
        cursor.execute(_REPEATED, {"batch": batch.pk})


def _intake(batch: Batch, first: int, last: int) -> Intake:
    return Intake(RELATION, batch.pk, first, last, batch.partner, batch.created_at)


def judge(batch: Batch, first: int, last: int, *, to_merge: bool = False) -> None:
    """Make `judged_rows` of rows `first` to `last`."""
    judge_consents(_intake(batch, first, last))


def merge(batch: Batch, first: int, last: int) -> None:
    """Record what `judge` found to be new. Raises Overtaken."""
    chunk = MergedChunk.objects.create(batch=batch, first=first, last=last, at=clock.now())
    intake = _intake(batch, first, last)
    hold_people(intake)
    remember_acts(chunk)
    gather_acts(intake)
    record_gathered(actor=batch.confirmed_by, intake=intake)
