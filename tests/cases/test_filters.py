"""One's own filters of the inbox: kept by name, in one's own order, seen by nobody else."""

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.models import Entry
from apps.cases.models import Case, SavedFilter
from apps.cases.models.inbox import kept_query
from apps.cases.services.save_filter import MOST, drop_filter, move_filter, save_filter
from apps.core.errors import NotPossible
from tests.factories import RequestFactory, make_user

INBOX = reverse("admin:cases_case_changelist")


def names_of(user: User) -> list[str]:
    return list(SavedFilter.objects.of(user.pk).values_list("name", flat=True))


def test_codes_are_kept_and_nothing_else():
    asked = QueryDict("p=3&q=0555123401&box=overdue&about=support.access&priority=&x=y")
    assert kept_query(asked) == "box=overdue&about=support.access"


def test_kept_under_a_name_and_looked_through(db, desk, officer):
    access, _erasure = RequestFactory(topic="access"), RequestFactory(topic="erasure")
    answer = desk.post(reverse("admin:cases_case_save_filter"), {"name": "Access", "query": "about=support.access&q=x"})
    assert answer["Location"] == f"{INBOX}?about=support.access"
    page = desk.get(answer["Location"]).content.decode()
    assert 'href="?about=support.access" aria-current="page">Access<' in page
    assert access.reference in page
    assert _erasure.reference not in page
    assert Entry.objects.filter(action="cases.save-filter", actor=officer).exists()


def test_of_the_same_name_the_new_one_stands(officer):
    save_filter(actor=officer, name="Mine", query="box=mine")
    save_filter(actor=officer, name="Mine", query="box=today")
    assert SavedFilter.objects.get().query == "box=today"


@pytest.mark.parametrize(("name", "query"), [("", "box=mine"), ("  ", "box=mine"), ("Mine", "")])
def test_without_a_name_or_a_filter_there_is_nothing_to_keep(officer, name, query):
    with pytest.raises(NotPossible, match="give it a name"):
        save_filter(actor=officer, name=name, query=query)


def test_so_many_and_no_more(officer):
    for number in range(MOST):
        save_filter(actor=officer, name=f"{number}", query="box=mine")
    with pytest.raises(NotPossible, match="Delete one first"):
        save_filter(actor=officer, name="one more", query="box=mine")


def test_order_and_deletion(officer, desk):
    saved = [save_filter(actor=officer, name=name, query="box=mine") for name in "abc"]
    move_filter(saved[2], actor=officer, up=True)
    assert names_of(officer) == ["a", "c", "b"]
    move_filter(saved[0], actor=officer, up=True)  # is first already
    assert names_of(officer) == ["a", "c", "b"]
    place = reverse("admin:cases_case_change_filter", args=[saved[0].pk, "down"])
    assert desk.get(place).status_code == 404
    desk.post(place)
    assert names_of(officer) == ["c", "a", "b"]
    drop_filter(saved[1], actor=officer)
    assert names_of(officer) == ["c", "a"]
    page = desk.get(reverse("admin:cases_case_filters")).content.decode()
    assert page.index(">c<") < page.index(">a<")


def test_nobody_else_s(officer, db):
    saved = save_filter(actor=officer, name="Timur's", query="box=mine")
    other = Client()
    other.force_login(make_user("officer"), backend="django.contrib.auth.backends.ModelBackend")
    assert "Timur" not in other.get(INBOX).content.decode()
    assert other.post(reverse("admin:cases_case_change_filter", args=[saved.pk, "delete"])).status_code == 404
    assert names_of(officer) == ["Timur's"]


def test_boxes_say_how_many_to_a_hundred(db, desk, agent):
    RequestFactory()
    page = desk.get(INBOX).content.decode()
    assert 'Open <span class="cs-count">1</span>' in page
    first = Case.objects.get()
    Case.objects.bulk_create(
        Case(kind="support", topic="access", status="new", came_by="phone", reference=f"X-{n}", due_at=first.due_at,
             received_at=first.received_at)
        for n in range(120)
    )  # fmt: skip
    assert 'Open <span class="cs-count">99+</span>' in desk.get(INBOX).content.decode()
