"""What files on their way in still hold about a person."""

from collections.abc import Iterator
from typing import Any

from apps.core.erasers import Eraser, Holding
from apps.imports.models import StagedRow
from apps.subjects.models import Identifier


class ImportEraser(Eraser):
    """Staged rows that the person's identifiers lead to: those of files that wait, and those kept from merged ones."""

    models = (StagedRow,)

    def _rows(self, subject_id: int) -> set[int]:
        held = Identifier.objects.filter(subject_id=subject_id).values_list("digest", flat=True)
        return StagedRow.objects.about([bytes(digest) for digest in held])

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Staged rows of the person."""
        yield Holding(StagedRow._meta.label, len(self._rows(subject_id)))

    def export(self, subject_id: int) -> Iterator[dict[str, Any]]:
        """Nothing: a staged row is not yet something that is held about the person."""
        yield from ()

    def erase(self, subject_id: int) -> None:
        """Delete them."""
        StagedRow.objects.filter(pk__in=self._rows(subject_id)).delete()
