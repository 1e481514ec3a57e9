"""Identifiers and records belong to somebody: the database sees to it, whoever writes."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.subjects.models import Identifier, PersonalRecord, Subject
from tests.factories import IdentifierFactory, RecordFactory


def run(sql: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@pytest.mark.parametrize(("factory", "table"), [(IdentifierFactory, Identifier), (RecordFactory, PersonalRecord)])
def test_a_row_of_nobody_is_refused(db, factory, table):
    row = factory()
    name = table._meta.db_table
    with pytest.raises(IntegrityError, match="without its person"):
        run(f"UPDATE {name} SET subject_id = subject_id + 1000 WHERE id = %s", row.pk)
    with pytest.raises(IntegrityError, match="without its person"), transaction.atomic():
        factory(subject_id=row.subject_id + 1000, subject=None, **({"key": b"x"} if table is PersonalRecord else {}))
    assert table.objects.get().subject_id == row.subject_id


@pytest.mark.parametrize("factory", [IdentifierFactory, RecordFactory])
def test_a_person_does_not_go_and_leave_something_behind(db, factory):
    person = factory().subject
    with pytest.raises(IntegrityError, match="takes identifiers and records along"):
        run("DELETE FROM subjects_subject WHERE id = %s", person.pk)
    assert Subject.objects.filter(pk=person.pk).exists()
    person.delete()
    assert not Subject.objects.filter(pk=person.pk).exists()
    assert not Identifier.objects.exists()
    assert not PersonalRecord.objects.exists()
