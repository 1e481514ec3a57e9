"""From a row of consents to a staged act: who, of what, what they said, when; what they had seen."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from apps.consents.choices import EVERY_CHANNEL, State
from apps.core import clock
from apps.core.identifiers import Unusable
from apps.imports.choices import Kind
from apps.imports.engine import acts, values
from apps.imports.engine.acts import Act
from apps.imports.engine.columns import header_key
from apps.imports.engine.layout import Layout
from apps.imports.engine.refusals import RowRefused
from apps.imports.engine.rows import RowReader
from apps.imports.engine.staged import Staged
from apps.policies.registry import PURPOSE_BY_CODE

Read = TypeVar("Read")


class ConsentReader(RowReader):
    """Consents: one act a row, of somebody known. `editions` are those that people may have seen: {key: primary key},
    by `edition_key` of what a file may call them.
    """

    filled = ("acts",)

    def __init__(
        self, layout: Layout, *, batch_id: int, partner_code: str, editions: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(layout, batch_id=batch_id, partner_code=partner_code, kind=Kind.CONSENTS)
        self._at = {name: position for name, _column, position in self._columns}
        self._editions = editions or {}
        self._now = clock.now()

    def _fill(self, staged: Staged, cells: list[str]) -> None:
        self._identify(staged, cells)
        purpose = self._must("purpose", cells, acts.purpose, "purpose-unknown")
        if not (said := self._cell(cells, "state")):
            raise RowRefused("no-answer", skipped=True)
        state = _read(acts.state, said, "state-unknown")
        act = Act(
            purpose,
            self._channel(staged, cells, state) if PURPOSE_BY_CODE[purpose].advertising else EVERY_CHANNEL,
            state,
            self._moment(cells),
            edition=self._may("edition", staged, cells, self._edition),
            language=self._may("language", staged, cells, values.language) or "",
            wording=self._may("wording", staged, cells, acts.wording) or "",
        )
        staged.acts = [act._replace(expires_at=self._end(cells, act)).to_json()]

    def _cell(self, cells: list[str], name: str) -> str:
        position = self._at.get(name)
        return "" if position is None else cells[position].strip()

    def _must(self, name: str, cells: list[str], parse: Callable[[str], Read], otherwise: str) -> Read:
        return _read(parse, self._cell(cells, name), otherwise)

    def _may(self, name: str, staged: Staged, cells: list[str], parse: Callable[[str], Read]) -> Read | None:
        """What is evidence only: without it the act counts all the same."""
        cell = self._cell(cells, name)
        try:
            return parse(cell) if cell else None
        except Unusable as problem:
            staged.warnings.append([name, problem.code])
            return None

    def _edition(self, cell: str) -> int:
        found = self._editions.get(edition_key(cell))
        if found is None:
            raise Unusable("edition-unknown")
        return found

    def _channel(self, staged: Staged, cells: list[str], state: str) -> str:
        """One that can't be read counts as every one where it ends something, and refuses what would permit more than
        was said.
        """
        cell = self._cell(cells, "channel")
        try:
            return acts.channel(cell) if cell else EVERY_CHANNEL
        except Unusable as problem:
            if state == State.GIVEN:
                raise RowRefused("channel-unknown") from None
            staged.warnings.append(["channel", problem.code])
            return EVERY_CHANNEL

    def _moment(self, cells: list[str]) -> datetime:
        found = self._must("occurred_at", cells, acts.moment, "no-moment")
        if found > self._now:
            raise RowRefused("future-moment")
        return found

    def _end(self, cells: list[str], act: Act) -> datetime | None:
        """Of a consent for a time. One whose end can't be read is none without end."""
        cell = self._cell(cells, "expires_at")
        if not cell or act.state != State.GIVEN:
            return None
        end = _read(acts.moment, cell, "no-end")
        if ":" not in cell:
            end += timedelta(days=1)  # the day that is named belongs to it
        if act.at is None or end <= act.at:
            raise RowRefused("ends-before")
        return end


def _read(parse: Callable[[str], Read], cell: str, otherwise: str) -> Read:
    try:
        return parse(cell)
    except Unusable:
        raise RowRefused(otherwise) from None


def edition_key(name: str) -> str:
    """What a file calls an edition, as it is compared: its number alone, or behind its document."""
    return header_key(name)
