"""Carrying the journal into the database: the new part every minute, all of it after a backup was restored."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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
class Report:
    """What a run found: entries in all, newly applied, already there, refused by the database, damaged lines.

    `kinds` counts entries by kind; `unknown` those of kinds that nothing here brings in: they stay in the journal.
    """

    entries: int = 0
    applied: int = 0
    present: int = 0
    refused: int = 0
    damaged: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    @property
    def complete(self) -> bool:
        """Whether everything readable is in the database."""
        return not self.refused and not self.unknown

    def to_data(self) -> dict[str, Any]:
        """The report for a machine."""
        return {**vars(self), "kinds": dict(self.kinds), "unknown": dict(self.unknown)}


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
    entries = [line.entry for line in batch if line.entry]
    report.entries += len(entries)
    report.kinds.update(entry.kind for entry in entries)
    _tell_damaged(batch, report)
    for kind, run in groupby(entries, key=lambda entry: entry.kind):
        _apply_run(kind, list(run), report)


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
            report.refused += 1
        else:
            for entry in entries:
                _apply_run(kind, [entry], report)
        return
    report.applied += applied
    report.present += len(entries) - applied


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
