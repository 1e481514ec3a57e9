"""Rows that speak of several identifiers, as contacts of a provider that sends e-mail and SMS."""

from collections.abc import Sequence

from apps.imports.engine.formats import Outcome, Saying
from apps.imports.engine.layout import Layout
from apps.imports.engine.refusals import RowRefused


class Sayings:
    """What the rows of one file say of each identifier."""

    def __init__(self, layout: Layout, sayings: Sequence[Saying]) -> None:
        self._placed = [
            (saying, layout.saying_positions(number, len(saying.status))) for number, saying in enumerate(sayings)
        ]

    def of(self, cells: Sequence[str]) -> tuple[list[tuple[Saying, Outcome]], list[list[str]]]:
        """What each saying of a row comes to, and warnings of those that can't be read.

        Raises RowRefused for a word that nobody declared where nothing else in the row is a refusal.
        """
        said: list[tuple[Saying, Outcome]] = []
        unknown: list[tuple[Saying, RowRefused]] = []
        for saying, positions in self._placed:
            words = ["" if position is None else cells[position].strip() for position in positions]
            try:
                said.append((saying, saying.outcome("/".join(words))))
            except RowRefused as refusal:
                unknown.append((saying, refusal))
        if unknown and all(outcome.skip for _saying, outcome in said):
            raise unknown[0][1]
        return said, [[saying.kind, refusal.code] for saying, refusal in unknown]
