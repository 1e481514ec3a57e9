"""The inbox: one for all kinds; due and overdue mean the same everywhere."""

import pytest
from django.urls import reverse

from apps.cases.models import Case
from apps.cases.services.assign import assign
from apps.cases.services.move import move
from apps.core import clock
from apps.portal.figures import FIGURES
from tests.cases.conftest import at
from tests.factories import RequestFactory

INBOX = "admin:cases_case_changelist"


@pytest.fixture
def three(db, officer):
    """One overdue, one due today, one waiting, seen on 18 May 2026 at ten."""
    moments = {"overdue": "2026-04-28T10:00", "today": "2026-04-29T10:00", "waiting": "2026-05-13T10:00"}
    cases = {}
    for name, moment in moments.items():
        with clock.standing_at(at(moment)):
            cases[name] = Case.objects.get(pk=RequestFactory().pk)
    with clock.standing_at(at("2026-05-13T11:00")):
        cases["waiting"] = move(cases["waiting"], "wait", actor=officer, seen=1, reason="details")
        cases["today"] = assign(cases["today"], actor=officer, assignee=officer, seen=1)
    return cases


BOXES = {
    "": {"overdue", "today", "waiting"},
    "?box=open": {"overdue", "today", "waiting"},
    "?box=mine": {"today"},
    "?box=unassigned": {"overdue", "waiting"},
    "?box=today": {"today"},
    "?box=overdue": {"overdue"},
    "?box=waiting": {"waiting"},
    "?box=closed": set(),
    "?box=nonsense": {"overdue", "today", "waiting"},
    "?box=open&status=support.waiting": {"waiting"},
    "?about=support.access": {"overdue", "today", "waiting"},
    "?about=support.erasure": set(),
    "?about=nonsense": set(),
    "?priority=1": set(),
}


@pytest.mark.parametrize("query", BOXES)
def test_boxes_and_filters(three, desk, query):
    with clock.standing_at(at("2026-05-18T10:00")):
        html = desk.get(reverse(INBOX) + query).content.decode()
    shown = {name for name, case in three.items() if case.reference in html}
    assert shown == BOXES[query]


def test_due_and_overdue_are_the_same_everywhere(three, desk):
    with clock.standing_at(at("2026-05-18T10:00")):
        figures = {str(figure.title): figure.read() for figure in FIGURES if figure.permission == "cases.view_case"}
        assert figures == {"Cases overdue": ("1", True), "Cases due today": ("1", False)}
        page = desk.get(reverse("admin:cases_case_change", args=[three["overdue"].pk])).content.decode()
        assert "overdue" in page
        assert three["overdue"].is_overdue
        assert not three["today"].is_overdue
        assert not three["waiting"].is_overdue
    with clock.standing_at(at("2026-05-19T00:00")):
        assert set(Case.objects.overdue()) == {three["overdue"], three["today"]}


def test_what_is_due_first_comes_first(three, desk):
    with clock.standing_at(at("2026-05-18T10:00")):
        html = desk.get(reverse(INBOX)).content.decode()
    places = [html.index(three[name].reference) for name in ("overdue", "today", "waiting")]
    assert places == sorted(places)


def test_a_case_is_found_by_its_number(three, desk):
    case = three["today"]
    answer = desk.post(reverse("admin:cases_case_find"), {"reference": f" sr {case.reference[3:]} "})
    assert answer["Location"] == reverse("admin:cases_case_change", args=[case.pk])
    lost = desk.post(reverse("admin:cases_case_find"), {"reference": "999999"}, follow=True)
    assert "There is no case with this reference." in lost.content.decode()


def test_while_the_clock_stands_the_page_says_what_is_left(three, desk):
    with clock.standing_at(at("2026-05-18T10:00")):  # received on the 13th and stopped an hour later
        html = desk.get(reverse("admin:cases_case_change", args=[three["waiting"].pk])).content.decode()
    assert "7 working days left when it goes on" in html


def test_every_case_has_its_page_and_the_record_too(three, desk):
    for case in three.values():
        assert case.reference in desk.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
    assert desk.get(reverse("admin:audit_entry_changelist")).status_code == 200


def test_a_get_changes_nothing(three, desk):
    case = three["overdue"]
    for step in ("start", "withdraw"):
        assert desk.get(reverse("admin:cases_case_step", args=[case.pk, step])).status_code == 200
    for act in ("take", "assign", "prioritise", "extend", "note", "message", "attach", "link", "concern", "read"):
        assert desk.get(reverse(f"admin:cases_case_{act}", args=[case.pk])).status_code == 200
    assert Case.objects.get(pk=case.pk).version == 1


def test_who_comes_second_is_sent_to_look_again(three, desk, officer):
    case = three["overdue"]
    place = reverse("admin:cases_case_step", args=[case.pk, "start"])
    assert desk.post(place, {"start-seen": 1})["Location"] == reverse("admin:cases_case_change", args=[case.pk])
    late = desk.post(place, {"start-seen": 1}, follow=True).content.decode()
    assert "was first: Step taken" in late
