"""What files on their way in still hold about a person."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.choices import IdentifierKind
from apps.core.erasers import HANDLING, Eraser, Holding, Item, Value
from apps.core.fields import CiphertextField
from apps.core.keyring import keyring
from apps.imports.models import BeforeImage, MergedChunk, StagedRow, TouchedPerson
from apps.subjects.erasure import FREE
from apps.subjects.models import Identifier
from apps.subjects.presenting import plain_value, value_title

ROWS_AT_ONCE = 500
_TITLES = {**{kind.value: kind.label for kind in IdentifierKind}, "note": gettext_lazy("note")}


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

    def export(self, subject_id: int) -> Iterator[Item]:
        """Staged rows with what they say, what records said before a file changed them, and which files changed the
        person. Keys of staged rows are few, for rows go once their file is merged.
        """
        keys = sorted(self._rows(subject_id))
        rows = StagedRow.objects.filter(pk__in=keys).select_related("batch__partner").order_by("pk")
        for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
            partner = row.batch.partner.name
            title = _("Row of a file that is not part of your data yet, or was left out")
            cells = Value.told("cells", _("cells of the row"), " | ".join(map(str, row.raw or ())), free=True)
            yield Item.of(StagedRow, HANDLING, title, *_sealed(row), cells, origin=partner)
        images, touched = self._kept_for_undoing(subject_id)
        before = images.select_related("chunk__batch__partner").order_by("pk")
        for image in before.iterator(chunk_size=ROWS_AT_ONCE):
            known = Value.moment("_true_as_of", _("true as of"), image.observed_at)
            title = _("What was known before a file changed it")
            yield Item.of(BeforeImage, HANDLING, title, *_sealed(image), known, origin=_partner(image.chunk))
        merges = touched.select_related("chunk__batch__partner").order_by("pk")
        for row in merges.iterator(chunk_size=ROWS_AT_ONCE):
            when = Value.moment("at", _("time"), row.chunk.at)
            yield Item.of(TouchedPerson, HANDLING, _("A file changed your data"), when, origin=_partner(row.chunk))

    def erase(self, subject_id: int) -> None:
        """Delete them."""
        for rows in self._kept_for_undoing(subject_id):
            rows.delete()
        StagedRow.objects.filter(pk__in=self._rows(subject_id)).delete()


def _partner(chunk: MergedChunk) -> str:
    return str(chunk.batch.partner.name)


def _sealed(row: Model) -> Iterator[Value]:
    """What lies in a row on its way into other columns, opened: texts under their column, payloads by their values."""
    for field in row._meta.concrete_fields:
        sealed = getattr(row, field.attname) if isinstance(field, CiphertextField) else None
        if sealed is None or not isinstance(field, CiphertextField):
            continue
        plain = keyring().decrypt(bytes(sealed), field.place).decode()
        name = field.name.removesuffix("_value")
        if not field.bound_to.endswith(".payload"):
            free = field.name == "note"
            yield Value(name, str(_TITLES.get(name, value_title(name))), plain, free=free)
            continue
        for key, value in json.loads(plain).items():
            yield Value(f"{name}.{key}", str(value_title(key)), plain_value(key, value), value, key in FREE)
