"""Merging a confirmed batch, chunk by chunk: each one transaction with its rows, its checkpoint and its audit entry.

Two chunks of a big file are merged at the same time, over two connections: no identifier is in both, since the judging
of the whole file left each to one row. They are committed in their order, so that the checkpoint is one number.
"""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import wait
from functools import partial

from django.db import IntegrityError, OperationalError, connection, transaction

from apps.audit.services import record
from apps.core import clock, files
from apps.imports import actions
from apps.imports.choices import Phase, Status
from apps.imports.models import STAYS, Batch, StagedRow
from apps.imports.services import judging
from apps.imports.services.judging import Tally, judge
from apps.imports.services.kinds import WORK
from apps.imports.services.lanes import SecondLane, commit_soon, second_lane
from apps.imports.services.progressing import PROGRESS_FIELDS, begin, mark
from apps.imports.services.staging import keep_cells
from apps.subjects.services.bulk import refresh_statistics
from apps.subjects.services.bulk_locks import Overtaken, lock_people, people_locked

MANY_NEW = 5_000  # people after whom the registers' statistics are out of date
ATTEMPTS = 5
LOCK_TIMEOUT = "5s"
LEFT = "skipped:left"  # in a batch's `reasons`
# What a row that stays no longer needs: what it would have stored.
_EMPTIED: dict[str, None] = dict.fromkeys(
    (
        "token_value", "card_value", "phone_value", "email_value", "identity", "address", "points", "purchases",
        "identity_digest", "address_digest", "points_digest", "purchases_digest", "note",
        "also", "acts",
        "record_key", "payload", "payload_digest",
    )
)  # fmt: skip


def merge_batch(*, batch_id: int) -> Batch:
    """Bring a batch from `merging` to `done`. One that a dead worker left goes on behind its last checkpoint."""
    _take_up(batch_id)
    with second_lane() as second:
        while True:
            batch = _merge_patiently(batch_id, second)
            if batch.status != Status.MERGING:
                return batch


@transaction.atomic
def _take_up(batch_id: int) -> None:
    batch = _locked(batch_id)
    if batch.status == Status.MERGING:
        begin(batch, Phase.MERGING)
        batch.save(update_fields=PROGRESS_FIELDS)


def _merge_patiently(batch_id: int, second: SecondLane) -> Batch:
    """The next chunk or two. What two connections couldn't do at once is done one by one, a few times."""
    steps: list[Callable[[], Batch]] = [partial(_merge_next, batch_id)] * ATTEMPTS
    if second.open:
        steps[0] = partial(_merge_two, batch_id, second)
    for step in steps[:-1]:
        try:
            return step()
        except (Overtaken, IntegrityError, OperationalError):
            if second.open:
                connection.close_if_unusable_or_obsolete()
            Batch.objects.filter(pk=batch_id).update(all_new=[])  # perhaps somebody is known by now
    return steps[-1]()


def _merge_two(batch_id: int, second: SecondLane) -> Batch:
    batch = Batch.objects.get(pk=batch_id)
    middle = batch.rows_done + judging.CHUNK_ROWS
    if not WORK[batch.kind].in_lanes or batch.rows_total <= middle:
        return _merge_next(batch_id)
    first_is_through = threading.Event()
    with people_locked():
        later = second.start(_merge_second, batch_id, middle, first_is_through)
        try:
            _merge_first(batch_id)
        finally:
            first_is_through.set()
            wait([later])
    return later.result()


@transaction.atomic
def _merge_first(batch_id: int) -> None:
    """The next chunk, which doesn't wait long for rows that the other connection holds: that one waits for this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
    _merge_next(batch_id)


@transaction.atomic
def _merge_second(batch_id: int, done_before: int, turn: threading.Event) -> Batch:
    """The chunk behind the one that another connection merges meanwhile. Raises Overtaken when that one failed."""
    batch = Batch.objects.select_related("partner").get(pk=batch_id)
    first, last = _bounds(batch, done_before)
    tally = merge_rows(batch, first, last, locked=True)
    _check_references()
    turn.wait()
    return _checkpoint(_held(batch_id, done_before), first, last, tally)


def _check_references() -> None:
    """Check now what is else checked when a transaction ends, so that two of them need not do it after each other."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _bounds(batch: Batch, done: int) -> tuple[int, int]:
    return done + 1, min(done + judging.CHUNK_ROWS, batch.rows_total)


def _locked(batch_id: int) -> Batch:
    return Batch.objects.select_related("partner").select_for_update(of=("self",), no_key=True).get(pk=batch_id)


def _held(batch_id: int, done: int) -> Batch:
    """The batch, locked. Raises Overtaken when it is not being merged, or not that far."""
    batch = _locked(batch_id)
    if batch.status != Status.MERGING or batch.rows_done != done:
        raise Overtaken
    return batch


@transaction.atomic
def _merge_next(batch_id: int) -> Batch:
    batch = _locked(batch_id)
    if batch.status != Status.MERGING:
        return batch
    first, last = _bounds(batch, batch.rows_done)
    if first > batch.rows_total:
        return _finish(batch)
    return _checkpoint(batch, first, last, merge_rows(batch, first, last))


def _checkpoint(batch: Batch, first: int, last: int, tally: Tally) -> Batch:
    clear(batch, first, last)
    commit_soon()
    record(batch.confirmed_by, actions.CHUNK_MERGED, batch, first=first, last=last, **tally.all_figures())
    total = Tally.from_json(batch.tally)
    total.add(tally)
    batch.tally, batch.rows_done = total.to_json(), last
    mark(batch)
    batch.save(update_fields=["tally", "rows_done", *PROGRESS_FIELDS])
    return batch


def merge_rows(batch: Batch, first: int, last: int, *, locked: bool = False) -> Tally:
    work = WORK[batch.kind]
    if work.about_people and not locked:
        lock_people()
    tally = judge(batch, first, last, to_merge=True)
    work.merge(batch, first, last)
    return tally


def clear(batch: Batch, first: int, last: int) -> None:
    """Delete what went in or has nothing to wait for, and of what stays all but the cells and what finds it."""
    rows = StagedRow.objects.filter(batch=batch, number__range=(first, last))
    rows.filter(STAYS).update(**_EMPTIED)  # before the others are dead rows that it would have to step over
    rows.exclude(STAYS)._raw_delete(rows.db)


def _leave_rest(batch: Batch, tally: Tally) -> None:
    """Destroy the rows that somebody decided to leave, and count them."""
    rest = StagedRow.objects.filter(batch=batch, number__gt=batch.rows_total)
    rest._raw_delete(rest.db)
    tally.add(Tally(Counter(rows=batch.rows_left, skipped=batch.rows_left), Counter({LEFT: batch.rows_left})))
    batch.rows_total += batch.rows_left


def _finish(batch: Batch) -> Batch:
    tally = Tally.from_json(batch.tally)
    if batch.rows_left:
        _leave_rest(batch, tally)
    if dict(tally.reasons) != batch.reasons:  # else the rows that stay are those of the preview, and have their cells
        keep_cells(batch)
    transaction.on_commit(partial(files.delete, batch.file))
    mark(batch)
    if WORK[batch.kind].about_people and tally.figures["new"] > MANY_NEW:
        refresh_statistics()
    batch.figures, batch.reasons, batch.all_new = tally.all_figures(), dict(tally.reasons), []
    batch.status, batch.file, batch.finished_at, batch.preview = Status.DONE, "", clock.now(), {}
    batch.save()
    record(batch.confirmed_by, actions.DONE, batch, **tally.all_figures())
    return batch
