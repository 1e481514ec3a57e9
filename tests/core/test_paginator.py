"""Paging looks a little ahead and never counts."""

import pytest
from django.core.paginator import EmptyPage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.paginator import LookAheadPaginator
from apps.partners.models import Partner
from tests.factories import PartnerFactory


def paginator(rows: int, page: int = 1, per_page: int = 10) -> LookAheadPaginator:
    return LookAheadPaginator(list(range(rows)), per_page, page)


@pytest.mark.parametrize(
    ("rows", "page", "count", "more"),
    [
        (0, 1, 0, False),
        (1, 1, 1, False),
        (10, 1, 10, False),
        (11, 1, 11, False),
        (50, 1, 50, False),
        (51, 1, 50, True),
        (1000, 1, 50, True),
        (1000, 5, 90, True),
        (1000, 96, 1000, False),
        (1000, 100, 1000, False),
        (1000, 101, 50, True),  # past the end: as for the first page
        (10, 2, 10, False),
        (10, 10**8, 10, False),
        (1000, 0, 50, True),
        (1000, -3, 50, True),
    ],
)
def test_it_counts_to_the_end_of_what_it_looked_at(rows, page, count, more):
    pages = paginator(rows, page)
    assert (pages.count, pages.more) == (count, more)


@pytest.mark.parametrize(("rows", "page"), [(25, 1), (25, 3), (1000, 1), (1000, 7), (1000, 100)])
def test_a_page_that_exists_has_its_rows(rows, page):
    start = (page - 1) * 10
    assert list(paginator(rows, page).page(page).object_list) == list(range(rows))[start : start + 10]


@pytest.mark.parametrize("page", [4, 5, 100, 10**8])
def test_a_page_past_the_end_does_not_exist(page):
    with pytest.raises(EmptyPage):
        paginator(25, page).page(page)


def test_every_page_is_reached_by_following_links():
    page, seen = 1, []
    while True:
        current = paginator(230, page).page(page)
        seen += current.object_list
        if not current.has_next():
            break
        page = current.next_page_number()
    assert seen == list(range(230))


def test_leafing_ends_somewhere(monkeypatch):
    monkeypatch.setattr(LookAheadPaginator, "DEEPEST", 100)
    assert paginator(1000, 8).num_pages == 10
    assert paginator(1000, 8).more
    assert paginator(1000, 10).page(10).object_list[-1] == 99
    with pytest.raises(EmptyPage):
        paginator(1000, 11).page(11)


@pytest.mark.django_db
def test_a_table_is_never_counted_nor_read_whole():
    PartnerFactory.create_batch(30)
    with CaptureQueriesContext(connection) as queries:
        page = LookAheadPaginator(Partner.objects.select_related().order_by("-pk"), 3, 2).page(2)
        rows = list(page.object_list)
    assert [row.pk for row in rows] == list(Partner.objects.order_by("-pk").values_list("pk", flat=True)[3:6])
    statements = [query["sql"] for query in queries.captured_queries]
    assert len(statements) == 2
    assert all("LIMIT" in sql and "COUNT" not in sql.upper() for sql in statements)


@pytest.mark.django_db
@pytest.mark.parametrize("depth", [10**8, 10**9 - 1])
def test_the_deepest_page_that_can_be_typed_is_no_error(depth):
    PartnerFactory.create_batch(2)
    assert LookAheadPaginator(Partner.objects.order_by("pk"), 1000, depth).count == Partner.objects.count()
