"""Steps: permission, state, what they bring with them, and the second of two people."""

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.cases.models import Case
from apps.cases.services.confirm import confirm_by_papers
from apps.cases.services.move import move
from apps.cases.services.taking_hold import Overtaken
from apps.cases.services.write import NewMessage, add_message
from apps.core import clock
from apps.core.errors import NotPossible
from tests.cases.conftest import at
from tests.factories import RequestFactory


def tell(case, actor):
    add_message(case, actor=actor, message=NewMessage(direction="out", came_by="phone", text="It is done."))


def test_from_new_to_answered(case, officer):
    case = move(case, "start", actor=officer, seen=1)
    assert case.status == "in-work"
    tell(case, officer)
    case = confirm_by_papers(case, actor=officer, papers="passport")
    case = move(case, "answer", actor=officer, seen=case.version)
    assert case.closed_at
    assert not Case.objects.open().exists()
    said = Entry.objects.about(case).values_list("action", "facts__step")
    assert [step for action, step in said if action == "cases.move"] == ["support.answer", "support.start"]


def test_nobody_is_answered_without_a_word(case, officer):
    confirm_by_papers(case, actor=officer, papers="passport")
    case = move(case, "start", actor=officer, seen=None)
    with pytest.raises(NotPossible, match="Tell the person"):
        move(case, "answer", actor=officer, seen=case.version)
    assert Case.objects.get().status == "in-work"


def test_an_agent_takes_no_step(case, agent):
    with pytest.raises(PermissionDenied):
        move(case, "start", actor=agent, seen=1)
    assert Case.objects.get().status == "new"


def test_the_second_is_told_who_was_first_and_when(case, officer, lead):
    officer.first_name = "Timur"
    officer.save()
    move(case, "start", actor=officer, seen=1)
    with pytest.raises(Overtaken) as told:
        move(case, "start", actor=lead, seen=1)
    assert "Timur" in told.value.message
    assert "Step taken" in told.value.message
    assert "In work" in told.value.message
    assert str(clock.today().year) in told.value.message
    assert Entry.objects.filter(action="cases.move").count() == 1


def test_a_step_that_does_not_leave_this_state_is_not_taken(case, officer):
    with pytest.raises(Overtaken):
        move(case, "resume", actor=officer, seen=case.version)


def test_waiting_stops_the_clock_and_the_answer_starts_it(db, officer):
    with clock.standing_at(at("2026-04-29T10:00")):
        case = Case.objects.get(pk=RequestFactory().pk)
        assert case.due_at == at("2026-05-18T23:59:59")
    with clock.standing_at(at("2026-05-12T10:00")):
        case = move(case, "wait", actor=officer, seen=1, reason="identity")
        assert (case.due_at, case.paused_at) == (None, at("2026-05-12T10:00"))
        assert list(Case.objects.waiting()) == [case]
    with clock.standing_at(at("2026-07-01T10:00")):
        assert not Case.objects.overdue().exists()
        case = move(case, "resume", actor=officer, seen=case.version)
        # Two of seven days had gone: five are left, the day of the answer the first of them.
        assert case.due_at == at("2026-07-07T23:59:59")
        assert not case.pauses.running().exists()


def test_waiting_says_for_what(case, officer):
    with pytest.raises(NotPossible, match="choose a reason"):
        move(case, "wait", actor=officer, seen=1)
    with pytest.raises(NotPossible, match="choose a reason"):
        move(case, "wait", actor=officer, seen=1, reason="because")


def test_an_overdue_case_can_not_be_put_to_sleep(db, officer):
    with clock.standing_at(at("2026-04-29T10:00")):
        case = Case.objects.get(pk=RequestFactory().pk)
    with clock.standing_at(at("2026-05-19T00:00")):
        assert list(Case.objects.overdue()) == [case]
        with pytest.raises(NotPossible, match="over already"):
            move(case, "wait", actor=officer, seen=1, reason="identity")


def test_reopening_keeps_the_term(case, officer):
    due = case.due_at
    case = move(case, "withdraw", actor=officer, seen=1)
    assert case.closed_at
    case = move(case, "reopen", actor=officer, seen=case.version)
    assert (case.closed_at, case.due_at) == (None, due)


def test_taking_back_a_waiting_one_ends_the_pause(case, officer):
    case = move(case, "wait", actor=officer, seen=1, reason="details")
    case = move(case, "withdraw", actor=officer, seen=case.version)
    assert case.closed_at
    assert case.paused_at is None
    assert not case.pauses.running().exists()
