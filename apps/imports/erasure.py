"""What files on their way in still hold about a person."""

from collections.abc import Iterator
from typing import Any

from apps.core.erasers import Eraser, Holding
from apps.imports.models import StagedRow


class ImportEraser(Eraser):
    """Staged rows that the person's identifiers lead to."""

    models = (StagedRow,)

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Staged rows of the person."""
        yield Holding(StagedRow._meta.label, 0)

    def export(self, subject_id: int) -> Iterator[dict[str, Any]]:
        """Nothing: a staged row is not yet something that is held about the person."""
        yield from ()

    def erase(self, subject_id: int) -> None:
        """Delete them."""
