"""A batch's figures as pictures: rows by verdict and by reason, values left out by column, and the time it took."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _

from apps.core.durations import duration
from apps.imports.choices import Phase, Verdict
from apps.imports.engine.refusals import WARNINGS, reason_message
from apps.imports.models import Batch
from apps.imports.presenting import column_title
from apps.imports.progress import grouped

_WARNING = "warning"
# Phases in which a file is read, as one who waits for it sees it.
_READING = (Phase.LOOKING, Phase.READING, Phase.JUDGING)


@dataclass(frozen=True)
class Bar:
    """One line of a picture: what happened, how often. `width` is in percent of the longest line."""

    colour: str
    title: str
    count: int
    share: str
    width: float
    note: str = ""


@dataclass(frozen=True)
class Pictures:
    """`verdicts`: every row once, in the order of the closed list; the others most frequent first."""

    rows: int
    verdicts: list[Bar]
    reasons: list[Bar]
    warnings: list[Bar]
    values: int


def pictures(batch: Batch) -> Pictures:
    """What the whole file would do or did; of a merge that is under way or was stopped, what it did so far."""
    counted = batch.tally if batch.rows_merged else {"figures": batch.figures, "reasons": batch.reasons}
    figures, reasons = counted["figures"], counted["reasons"]
    rows = figures.get("rows", 0)
    return Pictures(
        rows,
        _bars([(v.value, str(v.label), figures.get(v.value, 0), "") for v in Verdict], rows),
        _bars(sorted(_reasons(reasons), key=_most_first), rows),
        _bars(sorted(_warnings(batch, reasons), key=_most_first), rows),
        figures.get("warnings", 0),
    )


_Line = tuple[str, str, int, str]


def _most_first(line: _Line) -> int:
    return -line[2]


def _bars(lines: Iterable[_Line], rows: int) -> list[Bar]:
    present = [line for line in lines if line[2]]
    longest = max((line[2] for line in present), default=1)
    return [Bar(c, title, n, share(n, rows), round(n * 100 / longest, 2), note) for c, title, n, note in present]


def share(part: int, whole: int) -> str:
    """`12.3 %`; `< 0.1 %` where rounding would say that there is nothing, `> 99.9 %` where it would say all."""
    percent = part * 100 / whole if whole else 0.0
    shown = min(max(percent, 0.1), 99.9) if 0 < part < whole else percent
    sign = "<\xa0" if 0 < percent < shown else ">\xa0" if shown < percent < 100 else ""
    places = 0 if shown in {0.0, 100.0} else 1
    return f"{sign}{formats.number_format(shown, decimal_pos=places)}\xa0%"


def _reasons(reasons: Mapping[str, int]) -> Iterable[_Line]:
    for code, rows in reasons.items():
        verdict = code.partition(":")[0]
        if verdict != _WARNING:
            yield verdict, reason_message(code), rows, ""


def _warnings(batch: Batch, reasons: Mapping[str, int]) -> Iterable[_Line]:
    """One line a column, with its problems."""
    columns: dict[str, dict[str, int]] = defaultdict(dict)
    for code, values in reasons.items():
        kind, _colon, rest = code.partition(":")
        if kind == _WARNING:
            field, _colon, problem = rest.partition(":")
            columns[field][problem] = values
    for field, problems in columns.items():
        most_first = sorted(problems.items(), key=lambda problem: -problem[1])
        note = " · ".join(f"{WARNINGS.get(code, code)}: {grouped(values)}" for code, values in most_first)
        yield _WARNING, column_title(batch, field), sum(problems.values()), note


def times(batch: Batch) -> list[tuple[str, str]]:
    """(what, how long it took and how quick that was), of the work that is behind the batch."""
    reading = sum(batch.seconds.get(phase, 0) for phase in _READING)
    merging = batch.seconds.get(Phase.MERGING, 0)
    shown = [(_("Read in"), _pace(reading, batch.rows_total))] if reading else []
    if merging:
        shown.append((_("Merged in"), _pace(merging, batch.rows_done)))
    return [*shown, (_("Together"), _pace(reading + merging, batch.rows_done))] if reading and merging else shown


def _pace(seconds: float, rows: int) -> str:
    rate = _("%(rows)s rows a second") % {"rows": grouped(round(rows / seconds))}
    return f"{duration(seconds)} · {rate}" if rows >= seconds else duration(seconds)


def took(batch: Batch) -> str:
    """How long workers had it; empty where they did not yet."""
    seconds = sum(batch.seconds.values())
    return duration(seconds) if batch.seconds else ""
