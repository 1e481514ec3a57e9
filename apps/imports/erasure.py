"""What files on their way in still hold about a person."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from apps.core.erasers import Eraser, Holding
from apps.imports.models import BeforeImage, StagedRow, TouchedPerson
from apps.subjects.models import Identifier


class ImportEraser(Eraser):
    """Staged rows that the person's identifiers lead to: those of files that wait, and those kept from merged ones; and
    what undoing a file would need of them.
    """

    models = (StagedRow, BeforeImage, TouchedPerson)

    def _rows(self, subject_id: int) -> set[int]:
        held = Identifier.objects.filter(subject_id=subject_id).values_list("digest", flat=True)
        return StagedRow.objects.about([bytes(digest) for digest in held])

    def _kept_for_undoing(self, subject_id: int) -> tuple[QuerySet[Any], ...]:
        images = BeforeImage.objects.filter(record__subject_id=subject_id)
        return images, TouchedPerson.objects.filter(subject_id=subject_id)

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Staged rows of the person, and what is kept for undoing."""
        yield Holding(StagedRow._meta.label, len(self._rows(subject_id)))
        for rows in self._kept_for_undoing(subject_id):
            yield Holding(rows.model._meta.label, rows.count())

    def export(self, subject_id: int) -> Iterator[dict[str, Any]]:
        """Nothing: a staged row is not yet held about the person, and what was replaced is no longer."""
        yield from ()

    def erase(self, subject_id: int) -> None:
        """Delete them."""
        for rows in self._kept_for_undoing(subject_id):
            rows.delete()
        StagedRow.objects.filter(pk__in=self._rows(subject_id)).delete()
