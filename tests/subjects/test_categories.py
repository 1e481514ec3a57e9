"""Records of people belong to categories of the policy, and never to an anonymous one (P02, P13)."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.policies.models import DataCategory
from apps.policies.registry import ANONYMOUS_CODES
from apps.subjects.measures import OUTSIDE_CATEGORIES
from apps.subjects.models import PersonalRecord
from tests.factories import RecordFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", sorted(ANONYMOUS_CODES))
def test_no_record_of_a_person_is_anonymous_data(code):
    assert DataCategory.objects.filter(code=code).exists()
    with pytest.raises(IntegrityError, match="record_not_anonymous"), transaction.atomic():
        RecordFactory(category_id=code)
    assert not PersonalRecord.objects.exists()


def test_records_outside_the_categories_are_counted():
    RecordFactory()
    assert OUTSIDE_CATEGORIES.read() == 0
    DataCategory.objects.create(code="gone", title_en="Gone", title_ru="Gone", title_ky="Gone")
    RecordFactory(category_id="gone")
    assert OUTSIDE_CATEGORIES.read() == 1


def test_what_counts_them_reads_an_index_of_its_own():
    sql, values = PersonalRecord.objects.outside_categories().query.sql_with_params()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", values)
        assert "record_outside_categories" in "\n".join(line for (line,) in cursor.fetchall())
