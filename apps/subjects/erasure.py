"""What this app holds about a person, how it is shown to them, and how it is destroyed."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from apps.core.erasers import Eraser, Holding
from apps.subjects.models import Identifier, PersonalRecord, Reveal, Subject


class SubjectEraser(Eraser):
    """Identifiers, records, reveals, and last the person's own row."""

    models = (Reveal, PersonalRecord, Identifier, Subject)

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Rows by model; none has a reason to stay."""
        for model in (Reveal, PersonalRecord, Identifier):
            yield Holding(model._meta.label, model._default_manager.filter(subject_id=subject_id).count())
        yield Holding(Subject._meta.label, self._people(subject_id).count())

    def _people(self, subject_id: int) -> QuerySet[Subject]:
        """The person, and the rows that were merged into theirs."""
        return Subject.objects.filter(Q(pk=subject_id) | Q(merged_into_id=subject_id))

    def export(self, subject_id: int) -> Iterator[dict[str, Any]]:
        """Identifiers and records with their values."""
        for identifier in Identifier.objects.filter(subject_id=subject_id).iterator():
            yield {"title": identifier.get_kind_display(), "values": {"value": identifier.value}}
        records = PersonalRecord.objects.filter(subject_id=subject_id).select_related("category", "partner")
        for record in records.iterator():
            values = {**record.payload, "origin": record.partner.name, "true as of": record.observed_at.isoformat()}
            yield {"title": record.category.title, "values": values}

    def erase(self, subject_id: int) -> None:
        """Delete all of it."""
        for model in (Reveal, PersonalRecord, Identifier):
            model._default_manager.filter(subject_id=subject_id).delete()
        Subject.objects.filter(merged_into_id=subject_id).delete()
        Subject.objects.filter(pk=subject_id).delete()
