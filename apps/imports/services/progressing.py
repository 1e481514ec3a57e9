"""How far the work on a batch is, said at every checkpoint; and whether it is still wanted."""

from typing import Any

from apps.core import clock
from apps.imports.choices import Phase, Status
from apps.imports.models import Batch

# What the functions below change, for whoever saves the batch.
PROGRESS_FIELDS = ("phase", "phase_started_at", "marks", "seconds")
# Checkpoints that the rate is told from.
MARKS = 12
# A worker begins with these; what went before was waiting, and is not counted as work.
_FIRST_PHASES = frozenset({Phase.WAITING, Phase.LOOKING, Phase.MERGING, Phase.UNDOING})


class Stopped(Exception):
    """The batch was stopped, or is read anew by another worker: what was not kept yet is not wanted any more."""


def begin(batch: Batch, phase: Phase) -> None:
    """Let a phase begin now. The caller, who has the batch locked, saves PROGRESS_FIELDS."""
    if phase not in _FIRST_PHASES:
        _count_time(batch)
    batch.phase, batch.phase_started_at = phase, clock.now()
    batch.marks = [_mark(batch)]


def mark(batch: Batch) -> None:
    """Set a mark at the batch's `rows_done` and `bytes_done`. The caller saves PROGRESS_FIELDS."""
    _count_time(batch)
    batch.marks = [*batch.marks, _mark(batch)][-MARKS:]


def _mark(batch: Batch) -> list[float]:
    return [round(clock.now().timestamp(), 3), batch.rows_done, batch.bytes_done]


def _count_time(batch: Batch) -> None:
    """Add the time since the last mark to what the phase took; what a killed worker did behind it is not known."""
    if batch.marks:
        since = max(0.0, clock.now().timestamp() - batch.marks[-1][0])
        batch.seconds = {**batch.seconds, batch.phase: round(batch.seconds.get(batch.phase, 0) + since, 3)}


def enter(batch: Batch, phase: Phase, **facts: Any) -> None:
    """The next phase of reading begins, and `facts` (fields of the batch) are kept with it. Raises Stopped."""
    for name, value in facts.items():
        setattr(batch, name, value)
    begin(batch, phase)
    _keep(batch, facts)


def reached(batch: Batch, *, rows: int, bytes_done: int) -> None:
    """A checkpoint of reading: `rows` staged or judged so far, `bytes_done` of the file's plain bytes read.

    In the transaction that stages the rows, and its last statement. Raises Stopped.
    """
    batch.rows_done, batch.bytes_done = rows, bytes_done
    mark(batch)
    _keep(batch, {"rows_done": rows, "bytes_done": bytes_done})


def _keep(batch: Batch, facts: dict[str, Any]) -> None:
    ours = Batch.objects.filter(pk=batch.pk, status=Status.READING, run=batch.run)
    if not ours.update(**{name: getattr(batch, name) for name in PROGRESS_FIELDS}, **facts):
        raise Stopped


def hold(batch: Batch) -> None:
    """Lock the batch until the transaction's end. Raises Stopped when this reading of it is not wanted any more."""
    ours = Batch.objects.filter(pk=batch.pk, status=Status.READING, run=batch.run)
    # Looked at before it is locked: whoever stopped it may have it locked by now, and wait for rows that we changed.
    if not (ours.exists() and ours.select_for_update().values_list("pk").first()):
        raise Stopped
