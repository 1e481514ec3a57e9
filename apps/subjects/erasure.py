"""What this app holds about a person, how it is shown to them, and how it is destroyed."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.core.erasers import Eraser, Holding
from apps.subjects.models import AwaitedRestriction, Identifier, PersonalRecord, Reveal, Subject
from apps.subjects.presenting import show_record


class SubjectEraser(Eraser):
    """Identifiers, records, reveals, and last the person's own row."""

    models = (Reveal, PersonalRecord, Identifier, AwaitedRestriction, Subject)

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Rows by model; none has a reason to stay."""
        for model in (Reveal, PersonalRecord, Identifier):
            yield Holding(model._meta.label, model._default_manager.filter(subject_id=subject_id).count())
        yield Holding(AwaitedRestriction._meta.label, self._awaited(subject_id).count())
        yield Holding(Subject._meta.label, self._people(subject_id).count())

    def _people(self, subject_id: int) -> QuerySet[Subject]:
        """The person, and the rows that were merged into theirs."""
        return Subject.objects.filter(Q(pk=subject_id) | Q(merged_into_id=subject_id))

    def _awaited(self, subject_id: int) -> QuerySet[AwaitedRestriction]:
        """What one blocking named, as far as the person's identifiers lead to it."""
        held = Identifier.objects.filter(subject_id=subject_id).values("digest")
        entries = AwaitedRestriction.objects.filter(digest__in=held).values("entry")
        return AwaitedRestriction.objects.filter(entry__in=entries)

    def export(self, subject_id: int) -> Iterator[dict[str, Any]]:
        """Identifiers and records with their values, by the titles that the desk shows."""
        for identifier in Identifier.objects.filter(subject_id=subject_id).iterator():
            yield {
                "title": identifier.get_kind_display(),
                "values": {_("value"): identifier.value} | _replaced(identifier),
            }
        records = PersonalRecord.objects.filter(subject_id=subject_id).select_related("category", "partner")
        for record in records.iterator():
            shown = show_record(record, revealed=True)
            values = {str(value.title): value.value for value in shown.values}
            since = date_format(localtime(shown.observed_at), "SHORT_DATE_FORMAT")
            origin = {_("origin"): shown.origin, _("true as of"): since}
            yield {"title": record.category.title, "values": values | origin}

    def erase(self, subject_id: int) -> None:
        """Delete all of it; what is reached through identifiers before them."""
        self._awaited(subject_id).delete()
        for model in (Reveal, PersonalRecord, Identifier):
            model._default_manager.filter(subject_id=subject_id).delete()
        Subject.objects.filter(merged_into_id=subject_id).delete()
        Subject.objects.filter(pk=subject_id).delete()


def _replaced(identifier: Identifier) -> dict[str, str]:
    """Since when a token is not the person's any more."""
    if identifier.replaced_at is None:
        return {}
    return {_("replaced"): date_format(localtime(identifier.replaced_at), "SHORT_DATE_FORMAT")}
