"""Merging a confirmed batch, chunk by chunk: each one transaction with its rows, its checkpoint and its audit entry."""

from functools import partial

from django.db import IntegrityError, OperationalError, connection, transaction

from apps.audit.services import record
from apps.core import clock, files
from apps.imports import actions
from apps.imports.choices import KEPT_VERDICTS, Kind, Status
from apps.imports.models import Batch, StagedRow
from apps.imports.services.judging import RELATION, Tally, judge
from apps.imports.services.staging import keep_cells
from apps.optouts.services.bulk import OptOutIntake, add_from_file, fresh_facts
from apps.subjects.services.bulk import Intake, Overtaken, lock_people, merge_members

MERGE_ROWS = 20_000
ATTEMPTS = 5
# What a row that stays no longer needs: what it would have stored.
_EMPTIED: dict[str, None] = dict.fromkeys(
    (
        "token_value", "card_value", "phone_value", "email_value", "identity", "address", "points", "purchases",
        "identity_digest", "address_digest", "points_digest", "purchases_digest", "note",
    )
)  # fmt: skip


def merge_batch(*, batch_id: int) -> Batch:
    """Bring a batch from `merging` to `done`. One that a dead worker left goes on behind its last checkpoint."""
    while True:
        batch = _merge_chunk_patiently(batch_id)
        if batch.status != Status.MERGING:
            return batch


def _merge_chunk_patiently(batch_id: int) -> Batch:
    for _attempt in range(ATTEMPTS - 1):
        try:
            return _merge_chunk(batch_id)
        except (Overtaken, IntegrityError, OperationalError):
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
    return _merge_chunk(batch_id)


@transaction.atomic
def _merge_chunk(batch_id: int) -> Batch:
    batch = Batch.objects.select_related("partner").select_for_update(of=("self",)).get(pk=batch_id)
    if batch.status != Status.MERGING:
        return batch
    first, last = batch.rows_done + 1, min(batch.rows_done + MERGE_ROWS, batch.rows_total)
    if first > batch.rows_total:
        return _finish(batch)
    tally = _merge_rows(batch, first, last)
    _clear(batch, first, last)
    record(batch.confirmed_by, actions.CHUNK_MERGED, batch, first=first, last=last, **tally.all_figures())
    total = Tally.from_json(batch.tally)
    total.add(tally)
    batch.tally, batch.rows_done = total.to_json(), last
    batch.save(update_fields=["tally", "rows_done"])
    return batch


def _merge_rows(batch: Batch, first: int, last: int) -> Tally:
    if batch.kind == Kind.MEMBERS:
        lock_people()
        tally = judge(batch, first, last)
        merge_members(Intake(RELATION, batch.pk, first, last, batch.partner, batch.created_at))
        return tally
    tally = judge(batch, first, last)
    facts = fresh_facts(OptOutIntake(RELATION, batch.pk, first, last, batch.partner.code))
    add_from_file(actor=batch.confirmed_by, facts=facts, batch=batch.pk)
    return tally


def _clear(batch: Batch, first: int, last: int) -> None:
    """Delete what went in or has nothing to wait for, and of what stays all but the cells and what finds it."""
    rows = StagedRow.objects.filter(batch=batch, number__range=(first, last))
    rows.exclude(verdict__in=KEPT_VERDICTS).filter(warnings=[])._raw_delete(rows.db)
    rows.update(**_EMPTIED)


def _finish(batch: Batch) -> Batch:
    keep_cells(batch)
    transaction.on_commit(partial(files.delete, batch.file))
    tally = Tally.from_json(batch.tally)
    batch.figures, batch.reasons = tally.all_figures(), dict(tally.reasons)
    batch.status, batch.file, batch.finished_at, batch.preview = Status.DONE, "", clock.now(), {}
    batch.save()
    record(batch.confirmed_by, actions.DONE, batch, **tally.all_figures())
    return batch
