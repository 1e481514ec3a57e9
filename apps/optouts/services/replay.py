"""Carrying the journal into the database: the new part every minute, all of it after a backup was restored."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import groupby, islice, takewhile
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from apps.core import clock
from apps.core.journal import JournalEntry, Line, handler_of, journal
from apps.optouts.models import JournalMark

logger = logging.getLogger(__name__)

BATCH_LINES = 1000
# Whoever wrote an entry writes it to the database next, and knows who took it and from which file. The drain comes
# after them, not before.
GRACE = timedelta(seconds=60)


@dataclass
class Tally:
    """Entries of one kind: in all, newly applied, already there, refused by the database."""

    entries: int = 0
    applied: int = 0
    present: int = 0
    refused: int = 0


@dataclass
class Report:
    """What a run found: a tally for each kind, `unknown` ones that nothing here brings in (they stay in the journal),
    damaged lines, and the files that something was read from, one for each process that wrote.
    """

    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    unknown: Counter[str] = field(default_factory=Counter)
    damaged: int = 0
    files: set[str] = field(default_factory=set)

    def _sum(self, name: str) -> int:
        return sum(getattr(tally, name) for tally in self.kinds.values())

    @property
    def entries(self) -> int:
        """Entries of every kind, the unknown ones too."""
        return self._sum("entries")

    @property
    def applied(self) -> int:
        """Entries that the database did not have yet."""
        return self._sum("applied")

    @property
    def present(self) -> int:
        """Entries that it had."""
        return self._sum("present")

    @property
    def refused(self) -> int:
        """Entries that it did not take."""
        return self._sum("refused")

    @property
    def complete(self) -> bool:
        """Whether everything readable is in the database."""
        return not self.refused and not self.unknown

    def to_data(self) -> dict[str, Any]:
        """The report for a machine."""
        return {
            "entries": self.entries, "applied": self.applied, "present": self.present, "refused": self.refused,
            "unknown": dict(self.unknown), "damaged": self.damaged, "files": len(self.files),
            "kinds": {kind: asdict(tally) for kind, tally in sorted(self.kinds.items())},
        }  # fmt: skip


def replay_journal() -> Report:
    """Bring in the whole journal, from the first line of every file, in order of time. Changes nothing twice."""
    return _run(journal().read_all({}))


def drain_journal() -> Report:
    """Bring in what no drain has carried over yet, and remember how far it came."""
    marks = dict(JournalMark.objects.values_list("file", "offset"))
    settled = clock.now() - GRACE
    return _run(takewhile(lambda line: line.entry is None or line.entry.at <= settled, journal().read_all(marks)))


def _run(lines: Iterator[Line]) -> Report:
    report = Report()
    while batch := list(islice(lines, BATCH_LINES)):
        with transaction.atomic():
            _apply(batch, report)
            _mark(batch)
    return report


def _apply(batch: list[Line], report: Report) -> None:
    report.files.update(line.file for line in batch)
    _tell_damaged(batch, report)
    entries = [line.entry for line in batch if line.entry]
    for kind, run in groupby(entries, key=lambda entry: entry.kind):
        together = list(run)
        report.kinds[kind].entries += len(together)
        _apply_run(kind, together, report)


def _apply_run(kind: str, entries: list[JournalEntry], report: Report) -> None:
    """Entries of one kind that follow each other; one by one when they don't go in together."""
    handler = handler_of(kind)
    if handler is None:
        logger.error("%d journal entries of kind %s are known to no installed app.", len(entries), kind)
        report.unknown[kind] += len(entries)
        return
    try:
        with transaction.atomic():
            applied = handler(entries)
    except (InterfaceError, OperationalError):
        raise  # the database went away: the next run goes on from the last mark
    except (DatabaseError, ValueError, KeyError, TypeError) as error:
        if len(entries) == 1:
            logger.error("Journal entry %s can't be applied: %s.", entries[0].id, type(error).__name__)  # noqa: TRY400
            report.kinds[kind].refused += 1
        else:
            for entry in entries:
                _apply_run(kind, [entry], report)
        return
    report.kinds[kind].applied += applied
    report.kinds[kind].present += len(entries) - applied


def _tell_damaged(batch: list[Line], report: Report) -> None:
    for line in batch:
        if line.entry is None:
            logger.error("A line of %s that ends at byte %d is damaged.", line.file, line.end)
            report.damaged += 1


def _mark(batch: list[Line]) -> None:
    reached: Mapping[str, int] = {line.file: line.end for line in batch}
    JournalMark.objects.bulk_create(
        [JournalMark(file=file, offset=end) for file, end in sorted(reached.items())],
        update_conflicts=True, unique_fields=["file"], update_fields=["offset"],
    )  # fmt: skip
