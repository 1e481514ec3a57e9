"""Who has a case: taken, given, given in bulk; the second is told who was first."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.cases.models import Case
from apps.cases.services.assign import assign, assign_many, prioritise, workers
from apps.cases.services.move import move
from apps.cases.services.taking_hold import Overtaken
from apps.core.errors import NotPossible
from tests.factories import RequestFactory, make_user


def test_the_second_who_takes_it_is_told(case, officer, lead):
    officer.first_name = "Timur"
    officer.save()
    assign(case, actor=officer, assignee=officer, seen=1)
    with pytest.raises(Overtaken, match=r"Timur was first: Case assigned"):
        assign(case, actor=lead, assignee=lead, seen=1)
    case.refresh_from_db()
    assert case.assignee == officer


def test_it_is_given_to_those_who_work_on_cases(case, lead, agent, officer):
    with pytest.raises(NotPossible, match="work on cases"):
        assign(case, actor=lead, assignee=agent, seen=1)
    officer.is_active = False
    with pytest.raises(NotPossible):
        assign(case, actor=lead, assignee=officer, seen=1)


def test_counsel_takes_and_leaves_their_own_and_gives_to_nobody_else(case, officer):
    counsel = make_user(Role.COUNSEL)
    with pytest.raises(PermissionDenied):
        assign(case, actor=counsel, assignee=officer, seen=1)
    mine = assign(case, actor=counsel, assignee=counsel, seen=1)
    assert assign(mine, actor=counsel, assignee=None, seen=mine.version).assignee is None
    theirs = assign(mine, actor=officer, assignee=officer, seen=None)
    with pytest.raises(PermissionDenied):
        assign(theirs, actor=counsel, assignee=None, seen=None)


def test_many_at_once(db, lead, officer):
    open_ones = [RequestFactory() for _number in range(3)]
    closed = move(Case.objects.get(pk=RequestFactory().pk), "withdraw", actor=officer, seen=1)
    asked = dict.fromkeys([*(case.pk for case in open_ones), closed.pk, 10**9])
    given = assign_many(asked, actor=lead, assignee=officer)
    assert [case.pk for case in given.cases] == [case.pk for case in open_ones]
    assert [words.partition(":")[0] for words in given.overtaken] == [closed.reference]
    assert set(Case.objects.of(officer.pk)) == set(Case.objects.open())
    assert Entry.objects.filter(action="cases.assign").count() == 3
    assert set(Case.objects.open().values_list("version", flat=True)) == {2}


def test_of_many_the_one_that_somebody_changed_is_told_and_left(db, lead, officer):
    mine, theirs = RequestFactory(), RequestFactory()
    officer.first_name = "Timur"
    officer.save()
    assign(Case.objects.get(pk=theirs.pk), actor=officer, assignee=officer, seen=1)
    given = assign_many({mine.pk: 1, theirs.pk: 1}, actor=lead, assignee=lead)
    assert [case.pk for case in given.cases] == [mine.pk]
    assert "Timur was first: Case assigned" in given.overtaken[0]
    assert theirs.reference in given.overtaken[0]
    assert Case.objects.get(pk=theirs.pk).assignee == officer
    assert Entry.objects.filter(action="cases.assign").count() == 2


def test_whoever_works_takes_the_chosen_ones_from_the_list(db, desk, officer, lead):
    first, second = RequestFactory(), RequestFactory()
    assign(Case.objects.get(pk=second.pk), actor=lead, assignee=lead, seen=1)
    place, seen = reverse("admin:cases_case_take_many"), {f"seen-{case.pk}": 1 for case in (first, second)}
    asked = {"_selected_action": [first.pk, second.pk], "back": "box=unassigned&q=x", **seen}
    answer = desk.post(place, asked, follow=True)
    assert answer.redirect_chain[0][0].endswith("?box=unassigned")
    html = answer.content.decode()
    assert "1 case is assigned to" in html
    assert f"{second.reference}: " in html
    assert "was first: Case assigned" in html
    assert list(Case.objects.of(officer.pk)) == [Case.objects.get(pk=first.pk)]
    assert desk.get(place).status_code == 405


def test_many_from_the_list(db, desk, officer):
    cases = [RequestFactory().pk for _number in range(2)]
    chosen = {"action": "give", "_selected_action": cases}
    page = desk.post(reverse("admin:cases_case_changelist"), chosen).content.decode()
    assert "2 cases were chosen" in page
    asked = {"_selected_action": cases, "confirm": "1", "assignee": officer.pk}
    answer = desk.post(reverse("admin:cases_case_assign_many"), asked, follow=True)
    assert "2 cases are assigned" in answer.content.decode()
    assert Case.objects.of(officer.pk).count() == 2


def test_priority_goes_with_its_entry(case, lead, agent):
    with pytest.raises(PermissionDenied):
        prioritise(case, actor=agent, priority=1, seen=1)
    prioritise(case, actor=lead, priority=1, seen=1)
    assert ("priority", "High") in Entry.objects.about(case).first().facts_list()


def test_who_works_on_cases(db, officer, lead, agent):
    assert set(workers()) == {officer, lead}
