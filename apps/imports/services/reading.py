"""Reading a batch: refused whole, or staged and judged so that somebody can decide about it."""

from functools import partial

from django.db import transaction

from apps.audit.services import record
from apps.core import clock, files
from apps.core.workers import make_ready
from apps.imports import actions
from apps.imports.choices import NEEDS_SOMEBODY_KNOWN, Phase, Status
from apps.imports.engine.refusals import Refused
from apps.imports.engine.rows import PREVIEW_ROWS
from apps.imports.engine.understanding import Unmapped
from apps.imports.models import Batch
from apps.imports.services.converting import convert
from apps.imports.services.judging import Tally, bounds, find_repeats, judge, preview_verdicts
from apps.imports.services.lanes import commit_soon, second_lane
from apps.imports.services.mapping import known_columns, wait_for_columns
from apps.imports.services.progressing import PROGRESS_FIELDS, Stopped, begin, enter, hold, mark, reached
from apps.imports.services.staging import ALONE_BYTES, find_layout, keep_cells, opener, stage


def read_batch(*, batch_id: int, ask: bool = True) -> Batch:
    """Bring a batch from `uploaded` to `ready` or `refused`. One that a dead worker left half-read begins anew.

    Where it can't be told what the columns hold it waits until somebody says so; without `ask` it is refused.
    The actor is the one who uploaded it; the job that calls this has no rights of its own. When somebody stops it, or
    another worker begins anew, this one leaves the batch as it then is.
    """
    batch = _start(batch_id)
    if batch.status != Status.READING:
        return batch
    try:
        return _read(batch, ask)
    except Stopped:
        return Batch.objects.select_related("partner").get(pk=batch_id)


def _read(batch: Batch, ask: bool) -> Batch:
    if batch.size > ALONE_BYTES:
        make_ready()
    try:
        convert(batch)
        layout = find_layout(opener(batch), batch.kind, partial(known_columns, batch))
        enter(batch, Phase.READING, layout=layout.to_json(), rows_total=0)
        rows = stage(batch)
        enter(batch, Phase.JUDGING, rows_total=rows, rows_done=0)
    except Unmapped as unmapped:
        return wait_for_columns(batch=batch, unmapped=unmapped) if ask else _refuse(batch, unmapped)
    except Refused as refusal:
        return _refuse(batch, refusal)
    except FileNotFoundError:
        with transaction.atomic():
            hold(batch)  # stopped and cancelled meanwhile: there is nothing to read any more
        raise
    return _judge(batch)


@transaction.atomic
def _start(batch_id: int) -> Batch:
    batch = Batch.objects.select_related("partner").select_for_update(of=("self",)).get(pk=batch_id)
    if batch.status in {Status.UPLOADED, Status.READING}:
        batch.rows.all().delete()
        batch.status, batch.rows_done, batch.bytes_done, batch.seconds = Status.READING, 0, 0, {}
        batch.run += 1
        begin(batch, Phase.LOOKING)
        batch.save(update_fields=["status", "rows_done", "bytes_done", "run", *PROGRESS_FIELDS])
    return batch


@transaction.atomic
def _refuse(batch: Batch, refusal: Refused) -> Batch:
    hold(batch)
    batch.rows.all().delete()
    transaction.on_commit(partial(files.delete, batch.file))
    batch.status, batch.refusal, batch.finished_at = Status.REFUSED, refusal.to_json(), clock.now()
    batch.file, batch.layout, batch.rows_total, batch.rows_done = "", {}, 0, 0
    batch.save()
    record(batch.created_by, actions.REFUSED, batch, code=refusal.code)
    return batch


def _judge(batch: Batch) -> Batch:
    """The verdicts of all rows, chunk by chunk, so that memory and transactions stay small whatever the file's size."""
    with transaction.atomic():
        find_repeats(batch)
    total = Tally()
    batch.all_new = []
    with second_lane() as second:
        for chunk, tally in second.map(partial(_judge_chunk, batch), bounds(batch)):
            total.add(tally)
            if not any(tally.figures[verdict] for verdict in NEEDS_SOMEBODY_KNOWN):
                batch.all_new.append([*chunk])
            reached(batch, rows=total.figures["rows"], bytes_done=batch.bytes_done)
    return _ready(batch, total)


@transaction.atomic
def _judge_chunk(batch: Batch, chunk: tuple[int, int]) -> tuple[tuple[int, int], Tally]:
    commit_soon()
    tally = judge(batch, *chunk)
    if chunk[0] == 1:
        batch.preview = preview_verdicts(batch, PREVIEW_ROWS)
    return chunk, tally


@transaction.atomic
def _ready(batch: Batch, tally: Tally) -> Batch:
    keep_cells(batch)
    batch.status, batch.figures, batch.reasons = Status.READY, tally.all_figures(), dict(tally.reasons)
    batch.rows_done = batch.rows_total
    mark(batch)
    hold(batch)  # not before: judging is long, and whoever stops it need not wait
    batch.save()
    record(batch.created_by, actions.READ, batch, **tally.all_figures())
    return batch
