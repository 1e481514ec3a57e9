"""The sidebar: every page of it exists, and each role is shown what it may open."""

from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.test import RequestFactory
from django.urls import resolve, reverse

from apps.accounts.choices import Role
from apps.portal.sidebar import GROUPS, navigation
from tests import factories
from tests.permissions.pages import PAGES
from tests.permissions.test_matrix import LETTERS

ITEMS = [item for _title, items in GROUPS for item in items]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.page)
def test_every_item_leads_somewhere(item):
    assert reverse(item.page).startswith("/desk/")


@pytest.mark.django_db
def test_every_permission_exists():
    known = {f"{p.content_type.app_label}.{p.codename}" for p in Permission.objects.select_related("content_type")}
    assert {item.permission for item in ITEMS if item.permission} <= known


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_what_a_role_is_shown_opens(role):
    """By the table of pages, against which every page is opened as every role (tests/permissions)."""
    request = RequestFactory().get("/desk/")
    request.user = factories.make_user(role)
    pages = [
        resolve(urlsplit(entry["link"]).path).url_name for group in navigation(request) for entry in group["items"]
    ]
    assert len(pages) > 1
    (letter,) = (letter for letter, known in LETTERS.items() if known == role)
    assert [page for page in pages if letter not in PAGES[page]] == []


@pytest.mark.django_db
def test_the_page_one_is_on_is_marked_and_no_other(agent):
    request = RequestFactory().get(reverse("admin:subjects_find"))
    request.user = agent
    active = [entry["link"] for group in navigation(request) for entry in group["items"] if entry["active"]]
    assert active == [reverse("admin:subjects_find")]


def test_nobody_is_shown_only_what_needs_no_permission():
    request = RequestFactory().get("/desk/")
    request.user = AnonymousUser()
    assert [len(group["items"]) for group in navigation(request)] == [1]
