"""What every admin page has in common."""

import pytest
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.core.admin import DeskAdmin, ReadOnlyAdmin
from apps.partners.models import Partner
from tests.factories import PartnerFactory

pytestmark = pytest.mark.django_db


class PartnerList(DeskAdmin):
    list_per_page = 10
    list_display = ("code",)
    ordering = ("code",)
    list_filter = ("active", "language")


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("root@staff.example", "x")


@pytest.fixture
def listed(root):
    PartnerFactory.create_batch(70)

    def look(query: str):
        request = RequestFactory().get(f"/?{query}")
        request.user = root
        request.session = {}
        request._messages = FallbackStorage(request)
        return PartnerList(Partner, admin.site).get_changelist_instance(request)

    return look


def test_a_list_shows_its_page_and_says_that_there_are_more(listed):
    total = Partner.objects.count()
    assert total >= 70
    first = listed("")
    assert (len(first.result_list), first.result_count, first.paginator.more) == (10, 50, True)
    codes = list(Partner.objects.order_by("code").values_list("code", flat=True))
    assert [row.code for row in listed("p=3").result_list] == codes[20:30]
    last = listed("p=7")
    assert (last.result_count, last.paginator.more) == (total, False)


@pytest.mark.parametrize("query", ["p=99", "p=-1", "p=0", "p=99999999999999999999999"])
def test_a_page_that_does_not_exist_is_no_error_of_the_server(listed, query):
    with pytest.raises(IncorrectLookupParameters):  # by which Django leads back to the list
        listed(query)


@pytest.mark.parametrize("query", ["p=²", "p=abc", "p=", "p=1%00", "p=" + "9" * 5000])
def test_what_is_no_page_is_the_first(listed, query):
    assert listed(query).page_num == 1


@pytest.mark.parametrize("query", ["", "p=4", "_facets=True", "active__exact=1&_facets=True", "all="])
def test_no_list_counts_its_table(listed, query):
    with CaptureQueriesContext(connection) as queries:
        list(listed(query).result_list)
    assert queries.captured_queries
    assert not [q["sql"] for q in queries.captured_queries if "COUNT(" in q["sql"].upper()]


def test_the_foot_of_a_list_tells_a_bound_from_a_number(listed):
    assert "more than 50" in render_to_string("core/pagination.html", {"cl": listed("")})
    total = str(Partner.objects.count())
    shown = render_to_string("core/pagination.html", {"cl": listed("p=7"), "pagination_required": True})
    assert total in shown
    assert "more than" not in shown


def test_autocompletion_pages_too(root):
    PartnerFactory.create_batch(70)
    request = RequestFactory().get("/?page=6")
    request.user = root
    pages = PartnerList(Partner, admin.site).get_paginator(request, Partner.objects.order_by("pk"), 10, orphans=0)
    assert pages.asked == 6
    assert len(pages.page(6).object_list) == 10


def test_nothing_is_deleted_by_hand(root):
    request = RequestFactory().get("/")
    request.user = root
    page = PartnerList(Partner, admin.site)
    assert page.has_delete_permission(request) is False
    assert "delete_selected" not in page.get_actions(request)


def test_a_read_only_page_shows_and_changes_nothing(root):
    request = RequestFactory().get("/")
    request.user = root
    page = ReadOnlyAdmin(Partner, admin.site)
    assert page.has_view_permission(request) is True
    assert page.has_add_permission(request) is page.has_change_permission(request) is False
