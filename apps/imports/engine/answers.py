"""The columns of a members file that say whether somebody agrees, each with its date: da / net / empty."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from apps.core import clock
from apps.core.identifiers import Unusable
from apps.imports.engine import acts
from apps.imports.engine.acts import Act
from apps.imports.engine.columns import Column
from apps.imports.engine.consent_columns import GENERAL_DATE, AnswersResource
from apps.imports.engine.layout import Layout
from apps.imports.engine.staged import Facts

_REMEMBERED = 30_000


class _Asked(NamedTuple):
    field: str
    purpose: str
    channel: str
    position: int
    date: str
    date_position: int | None


def asks_for_consent(fields: Sequence[str]) -> bool:
    """Whether one of these fields of a members file is an answer."""
    columns = AnswersResource.columns()
    return any(columns[field].consent for field in fields if field in columns)


class Answers:
    """Reads the answers of the rows of one file. Without any such column there is nothing to read.

    Few cells differ from one row to the next: what they come to is remembered.
    """

    def __init__(self, columns: Sequence[tuple[str, Column, int]], layout: Layout) -> None:
        asked = [_asked(name, column, position, layout) for name, column, position in columns if column.consent]
        positions = sorted({p for one in asked for p in (one.position, one.date_position) if p is not None})
        self.columns = [_among(one, positions) for one in asked]
        # A second time the first: so many positions give a tuple in any case.
        self._cells = itemgetter(*positions, *positions[:1]) if positions else None
        self._read = lru_cache(_REMEMBERED)(self._reading)
        self._now = clock.now()

    def of(self, cells: Sequence[str], warnings: list[list[str]]) -> Facts | None:
        """What a row says, as `StagedRow.acts`; None for nothing. What can't be read is among the warnings.

        A consent whose date can't be read is none; a refusal is one all the same, as of the file.
        """
        if self._cells is None:
            return None
        facts, problems = self._read(self._cells(cells))
        if problems:
            warnings += [[name, code] for name, code in problems]
        return facts

    def _reading(self, cells: Sequence[str]) -> tuple[Facts | None, list[list[str]]]:
        warnings: list[list[str]] = []
        return tuple(tuple(act.to_json()) for act in self._acts(cells, warnings)) or None, warnings

    def _acts(self, cells: Sequence[str], warnings: list[list[str]]) -> Iterator[Act]:
        for asked in self.columns:
            cell = cells[asked.position]
            if not cell or cell.isspace():
                continue
            try:
                state = acts.state(cell)
            except Unusable as problem:
                warnings.append([asked.field, problem.code])
                continue
            yield Act(asked.purpose, asked.channel, state, self._date(asked, cells, warnings))

    def _date(self, asked: _Asked, cells: Sequence[str], warnings: list[list[str]]) -> datetime | None:
        if asked.date_position is None or not (cell := cells[asked.date_position].strip()):
            return None
        try:
            at = acts.moment(cell)
            if at > self._now:
                raise Unusable("future")
        except Unusable as problem:
            if [asked.date, problem.code] not in warnings:  # one date may stand for several answers
                warnings.append([asked.date, problem.code])
            return None
        return at


def _asked(name: str, column: Column, position: int, layout: Layout) -> _Asked:
    """An answer without a date of its own has the general one."""
    assert column.consent is not None
    purpose, channel, date = column.consent
    own = layout.position(date)
    if own is None:
        date, own = GENERAL_DATE, layout.position(GENERAL_DATE)
    return _Asked(name, purpose, channel, position, date, own)


def _among(asked: _Asked, positions: Sequence[int]) -> _Asked:
    """The same, its places counted among these alone."""
    date = None if asked.date_position is None else positions.index(asked.date_position)
    return asked._replace(position=positions.index(asked.position), date_position=date)
