"""However long a list is, only a piece of it is in memory, and no row has a query of its own."""

import re
import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import exporting
from apps.exports.delivery import FILES, Delivery
from apps.exports.models import Export
from apps.exports.services import start
from apps.optouts.resources import SuppressionsResource
from apps.subjects.models import Subject
from apps.subjects.resources import PeopleResource
from tests.exports.conftest import MASKED, PEOPLE, WHOLE, content, fill_with_people

pytestmark = pytest.mark.django_db

# Of so many people, in chunks of a hundred, no more is in memory than of a hundred.
MANY, CHUNK, BOUND = 4_000, 100, 2 * 2**20


@pytest.fixture
def crowd(db, monkeypatch):
    monkeypatch.setattr(exporting, "ROWS_A_CHUNK", CHUNK)
    fill_with_people(MANY)


def peak(work) -> int:
    """Bytes that Python holds at most while `work` runs."""
    tracemalloc.start(1)
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_memory_stays_bounded(crowd, officer, file_format):
    asked = {"actor": officer, "resource": PeopleResource(), "exported": "subjects.subject", "filters": []}
    export = start(**asked, file_format=file_format)
    delivery = Delivery(export=export, resource=PeopleResource(), queryset=Subject.objects.order_by("-pk"))
    sizes = []
    assert peak(lambda: sizes.extend(map(len, delivery))) < BOUND
    assert delivery.rows == MANY
    assert Export.objects.get().rows == MANY
    assert len(sizes) > 1
    assert max(sizes) < 2**20


def test_the_measure_would_notice_a_list(crowd):
    chunks = PeopleResource().chunks(Subject.objects.order_by("-pk"), revealed=True)
    assert peak(lambda: list(chunks)) > BOUND


def queries(desk, name, form):
    with CaptureQueriesContext(connection) as asked:
        content(desk.post(reverse(name), form))
    return [query["sql"] for query in asked.captured_queries]


@pytest.mark.parametrize("form", [MASKED, WHOLE], ids=["masked", "whole"])
def test_as_many_queries_for_a_hundred_as_for_one(desk, form):
    fill_with_people(1)
    for_one = queries(desk, PEOPLE, {"file_format": "csv", **form})
    fill_with_people(99)
    for_many = queries(desk, PEOPLE, {"file_format": "csv", **form})
    assert len(for_many) == len(for_one) < 30
    assert not [sql for sql in for_many if "COUNT(" in sql.upper()]


def test_each_chunk_costs_the_same(desk, monkeypatch):
    monkeypatch.setattr(exporting, "ROWS_A_CHUNK", 10)
    fill_with_people(100)
    sql = queries(desk, PEOPLE, {"file_format": "csv", **MASKED})
    looked_up = [
        line for line in sql if re.match(r'SELECT "subjects_(identifier|personalrecord)".*IN \((\d+, ){9}', line)
    ]
    assert len(looked_up) == 2 * 10


def test_a_list_too_long_for_a_workbook_is_told_before_it_starts(desk, monkeypatch):
    monkeypatch.setattr(FILES["xlsx"], "most_rows", 3)
    fill_with_people(4)
    answer = desk.post(reverse(PEOPLE), {"file_format": "xlsx", **MASKED})
    assert not answer.streaming
    assert "Choose CSV" in answer.content.decode()
    assert not Export.objects.exists()
    assert content(desk.post(reverse(PEOPLE), {"file_format": "csv", **MASKED})).count(b"\r\n") == 5
    Subject.objects.last().delete()
    assert content(desk.post(reverse(PEOPLE), {"file_format": "xlsx", **MASKED}))


def test_rows_that_came_meanwhile_do_not_make_a_damaged_workbook(officer, monkeypatch):
    monkeypatch.setattr(FILES["xlsx"], "most_rows", 3)
    fill_with_people(4)
    asked = {"actor": officer, "resource": SuppressionsResource(), "exported": "subjects.subject", "filters": []}
    export = start(**asked, file_format="xlsx")
    delivery = Delivery(export=export, resource=PeopleResource(), queryset=Subject.objects.order_by("pk"))
    with pytest.raises(Exception, match=r"^$") as caught:
        list(delivery)
    assert type(caught.value).__name__ == "TooLong"
    delivery.close()
    assert Export.objects.get().status == "broken-off"
