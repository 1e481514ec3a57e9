"""Random walks over every kind's steps by random roles: what is allowed happens with all its consequences and its
entry, what is not leaves everything as it was.
"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.cases.justifications import RefusalReason
from apps.cases.kinds import kinds
from apps.cases.models import Case, CaseLink
from apps.cases.services.confirm import MAY_VERIFY, confirm_by_papers
from apps.cases.services.due import due_of
from apps.cases.services.move import move
from apps.cases.services.open_case import open_case
from apps.cases.services.refuse import WRITTEN, Grounds, refuse
from apps.cases.services.write import NewMessage, add_message
from apps.core import clock
from apps.core.errors import NotPossible
from apps.policies.models import CalendarDay
from tests import factories
from tests.cases.conftest import at

START = at("2026-04-29T10:00")
WORKFLOWS = list(kinds)
GROUNDS = Grounds(reason="contract", legal_ref="Digital Code of the Kyrgyz Republic (No. 178 of 31.07.2025), Art. 84")
LETTER = NewMessage(direction="out", came_by="letter", text="No: {reason}. {legal_reference}")


@pytest.fixture
def staff(db):
    return {role: factories.make_user(role) for role in Role}


def state_of(case: Case) -> tuple:
    row = Case.objects.get(pk=case.pk)
    return row.status, row.version, row.due_at, row.paused_at, row.closed_at, row.pauses.count()


def entries_of(case: Case) -> int:
    return Entry.objects.about(case).filter(action="cases.move").count()


def assert_consistent(case: Case) -> None:
    """No state without its consequences."""
    row = Case.objects.get(pk=case.pk)
    workflow = row.workflow
    waits, final = row.status in workflow.waiting, row.status in workflow.final
    assert (row.paused_at is not None) == waits
    assert row.pauses.running().exists() == waits
    assert (row.closed_at is not None) == final
    assert row.due_at == due_of(row, CalendarDay.objects.calendar())
    assert waits == (row.due_at is None)
    assert (row.answered_in is not None) == final
    assert (row in Case.objects.open()) == (not final)
    standing = row.refusals.standing().first()
    assert (standing is not None) == (row.status in workflow.refused)  # nobody is refused without a reason …
    if standing:  # … a legal reference, and the letter that says both
        assert standing.reason in RefusalReason.values
        assert "Art. 84" in standing.legal_ref
        assert "84" in standing.letter.text  # in the person's language
        assert standing.letter in row.messages.filter(direction="out", came_by__in=WRITTEN)


steps = st.tuples(
    st.integers(0, 30), st.sampled_from(Role.values), st.booleans(), st.integers(0, 60 * 24 * 2), st.booleans()
)  # fmt: skip


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.kind)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(steps, max_size=14), topic=st.integers(0, 20), told=st.booleans(), linked=st.booleans())
def test_a_walk(workflow, staff, walk, topic, told, linked):
    topics = list(workflow.topics or [""])
    with clock.standing_at(START):
        row = workflow.model(topic=topics[topic % len(topics)], came_by="phone", received_at=START)
        case = Case.objects.get(pk=open_case(actor=None, case=row, kind=workflow.kind).pk)
        if told:
            add_message(case, actor=None, message=NewMessage(direction="out", came_by="phone", text="x"))
        if linked:
            other = workflow.model(topic=topics[0], came_by="phone", received_at=START)
            CaseLink.objects.create(first=case, second_id=open_case(actor=None, case=other, kind=workflow.kind).pk)
    moment = START
    for number, role, stale, minutes, short_cut in walk:
        moment += timedelta(minutes=minutes)
        with clock.standing_at(moment):
            number %= len(workflow.transitions) + 1
            if number == len(workflow.transitions):
                verify(case, staff[role])
            else:
                take(case, workflow.transitions[number], staff[role], stale, short_cut)


def verify(case, actor) -> None:
    """See papers, rightly or not: who may of an open case verifies the person, and once they are they stay it."""
    before = Case.objects.get(pk=case.pk)
    try:
        confirm_by_papers(case, actor=actor, papers="passport")
    except PermissionDenied:
        assert not actor.has_perm(MAY_VERIFY)
    except NotPossible:
        assert not before.is_open
    after = Case.objects.get(pk=case.pk)
    assert after.verified_at == (before.verified_at or after.verified_at)
    seen = Entry.objects.about(case).filter(action="cases.verify").count()
    assert seen == after.verifications.done().count()
    assert (after.verified_at is not None) == (seen > 0)


def take(case, transition, actor, stale, short_cut) -> None:
    """Try a step, rightly or not, and look what came of it."""
    before, entries = state_of(case), entries_of(case)
    allowed = actor.has_perm(transition.permission)
    reason = transition.reasons.values[0] if transition.reasons else ""
    try:
        if transition.refuses and not short_cut:
            refuse(case, actor=actor, grounds=GROUNDS, letter=LETTER, seen=before[1] - stale)
        else:
            move(case, transition.name, actor=actor, seen=before[1] - stale, reason=reason)
    except PermissionDenied:
        assert not allowed
        taken = False
    except NotPossible:
        taken = False
    else:
        assert allowed
        assert not stale
        assert before[0] in transition.sources
        held = Case.objects.get(pk=case.pk)
        assert (
            held.verified_at or not held.subject_id or held.topic not in transition.verified
        )  # nothing disclosed before
        assert not (transition.refuses and short_cut)
        taken = True
    after = state_of(case)
    assert entries_of(case) == entries + taken
    if taken:
        assert (after[0], after[1]) == (transition.target, before[1] + 1)
        entry = Entry.objects.about(case).filter(action="cases.move").first()
        assert (entry.actor, entry.facts["step"]) == (actor, f"{case.kind}.{transition.name}")
    else:
        assert after == before
    assert_consistent(case)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.kind)
def test_every_state_can_be_reached_and_left_or_is_final(workflow):
    reached, edge = {workflow.initial}, [workflow.initial]
    while edge:
        for step in workflow.leaving(edge.pop()):
            if step.target not in reached:
                reached.add(step.target)
                edge.append(step.target)
    assert reached == set(workflow.states.values)
    assert all(workflow.leaving(state) for state in reached - workflow.final)


def test_a_table_that_contradicts_itself_is_refused():
    taken = WORKFLOWS[0]
    with pytest.raises(ValueError, match="taken"):
        kinds.register(taken)
