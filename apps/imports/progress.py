"""How far a batch is, as its page tells it: from its checkpoints, and with no other question to the database."""

from dataclasses import dataclass
from functools import cached_property

from django.utils import formats
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.durations import duration
from apps.imports.choices import Phase, Status
from apps.imports.models import Batch

# Seconds that a checkpoint may take before the rate told from the last ones falls.
PATIENCE = 10
# Seconds without a checkpoint after which the reader is told; a killed worker's file is taken up within two minutes.
QUIET = 60
# Phases that set checkpoints.
_COUNTED = frozenset({Phase.READING, Phase.JUDGING, Phase.MERGING, Phase.UNDOING})
_READ = (Phase.WAITING, Phase.LOOKING, Phase.READING, Phase.JUDGING)
# The phases of a piece of work, in order.
_STEPS = {Status.MERGING: (Phase.WAITING, Phase.MERGING), Status.UNDOING: (Phase.WAITING, Phase.UNDOING)}


def grouped(number: int) -> str:
    """`1 000 000`, as the reader's language groups it."""
    return formats.number_format(number, force_grouping=True)


@dataclass(frozen=True)
class Step:
    """A phase of the work that runs: `past`, `now` or `next`."""

    title: str
    when: str


@dataclass(frozen=True)
class Progress:
    """What is told of a batch that a worker has or is about to have. Texts are empty where there is nothing to tell."""

    batch: Batch

    @property
    def phase(self) -> str:
        """What becomes of the file at the moment."""
        return str(Phase(self.batch.phase).label)

    @cached_property
    def steps(self) -> list[Step]:
        """The phases of this piece of work."""
        order = _STEPS.get(Status(self.batch.status), _READ)
        place = order.index(Phase(self.batch.phase)) if self.batch.phase in order else len(order)
        return [Step(str(step.label), _when(number, place)) for number, step in enumerate(order)]

    @property
    def percent(self) -> int | None:
        """How much of the phase is done: by bytes while reading, by rows otherwise; None where nobody can know."""
        done, total = self._measure
        return min(100, done * 100 // total) if total and self.batch.phase in _COUNTED else None

    @property
    def share(self) -> str:
        """`45 %`."""
        return "" if self.percent is None else f"{self.percent}\xa0%"

    @property
    def rows(self) -> str:
        """Rows behind the last checkpoint, of how many where that is known."""
        batch = self.batch
        if batch.phase not in _COUNTED:
            return _("%(rows)s rows") % {"rows": grouped(batch.rows_total)} if batch.rows_total else ""
        if not batch.rows_total:
            return _("%(rows)s rows") % {"rows": grouped(batch.rows_done)} if batch.rows_done else ""
        return _("%(done)s of %(total)s rows") % {"done": grouped(batch.rows_done), "total": grouped(batch.rows_total)}

    @property
    def rate(self) -> str:
        """Rows a second, over the last checkpoints."""
        rows = self._rate(1)
        return _("%(rows)s rows a second") % {"rows": grouped(round(rows))} if rows >= 1 else ""

    @property
    def left(self) -> str:
        """What is left of the phase at this rate."""
        done, total = self._measure
        rate = self._rate(2 if self._by_bytes else 1)
        if not rate or total <= done:
            return ""
        return _("about %(time)s left") % {"time": duration(max(1, round((total - done) / rate)))}

    @property
    def elapsed(self) -> str:
        """How long the phase has been running."""
        return duration(max(0, clock.now().timestamp() - self.batch.phase_started_at.timestamp()))

    @property
    def quiet(self) -> str:
        """For how long nothing was heard of the worker, when that is long."""
        if self.batch.phase not in _COUNTED or not self.batch.marks:
            return ""
        since = clock.now().timestamp() - self.batch.marks[-1][0]
        return duration(since) if since > QUIET else ""

    @property
    def _by_bytes(self) -> bool:
        return self.batch.phase == Phase.READING and bool(self.batch.bytes_done)

    @property
    def _measure(self) -> tuple[int, int]:
        batch = self.batch
        return (batch.bytes_done, batch.bytes_total or batch.size) if self._by_bytes else (
            batch.rows_done, batch.rows_total,
        )  # fmt: skip

    def _rate(self, column: int) -> float:
        """Rows (1) or bytes (2) a second between the first and the last mark; without the start where that can be."""
        marks = self.batch.marks
        if self.batch.phase not in _COUNTED or len(marks) < 2:
            return 0.0
        first, last = marks[len(marks) > 2], marks[-1]
        took: float = max(last[0], clock.now().timestamp() - PATIENCE) - first[0]
        return float(last[column] - first[column]) / took if took > 0 else 0.0


def told(batch: Batch) -> str:
    """A line for the list: `45 % · 1 200 of 3 000 rows`, or the phase where nothing is counted."""
    progress = Progress(batch)
    return " · ".join(filter(None, (progress.share, progress.rows))) if progress.share else progress.phase


def _when(number: int, place: int) -> str:
    return "past" if number < place else "now" if number == place else "next"
