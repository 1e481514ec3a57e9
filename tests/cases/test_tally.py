"""The tally of months: working days as the clock counts them, exact medians, nothing counted twice."""

from collections import Counter
from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.cases.figures import Speed, answered_since, refusals_by_reason, speed_of
from apps.cases.models import Case, Tally
from apps.cases.services.move import move
from apps.cases.services.refuse import Grounds, refuse
from apps.cases.services.tally import month_after, months_back, tally
from apps.cases.services.write import NewMessage, add_message
from apps.core import clock
from tests.cases.conftest import at
from tests.factories import RequestFactory

TOLD = NewMessage(direction="out", came_by="letter", text="So it is.")


def answered(officer, received: str, closed: str, *, step: str = "answer", wait: tuple[str, str] | None = None) -> Case:
    """A request that was received and closed at these moments, with a pause where one is given."""
    with clock.standing_at(at(received)):
        asked = Case.objects.get(pk=RequestFactory(topic="objection").pk)
        case = move(asked, "start", actor=officer, seen=None)
    for moment, name in zip(wait or (), ("wait", "resume"), strict=False):
        with clock.standing_at(at(moment)):
            move(case, name, actor=officer, seen=None, reason="details" if name == "wait" else "")
    with clock.standing_at(at(closed)):
        if step == "refuse":
            refuse(case, actor=officer, grounds=Grounds(reason="claims", legal_ref="Art. 1"), letter=TOLD, seen=None)
        else:
            add_message(case, actor=officer, message=TOLD)
            move(case, step, actor=officer, seen=None)
    return Case.objects.get(pk=case.pk)


def test_working_days_are_counted_as_terms_are(db, officer):
    # 1, 5 and 9 May are holidays of 2026; the last day of seven is the 18th.
    assert answered(officer, "2026-04-29T10:00", "2026-05-18T10:00").answered_in == 7
    assert answered(officer, "2026-04-29T10:00", "2026-04-29T18:00").answered_in == 0
    paused = answered(
        officer, "2026-05-11T10:00", "2026-05-22T10:00", wait=("2026-05-13T10:00", "2026-05-20T10:00")
    )  # fmt: skip
    assert paused.answered_in == 4  # the 12th, and from the 20th on
    opened = move(paused, "reopen", actor=officer, seen=None)
    assert opened.answered_in is None


@pytest.fixture
def spring(db, officer):
    """Two in April, of which one is refused; in May one too late, and one that was taken back."""
    cases = [
        answered(officer, "2026-04-01T10:00", "2026-04-03T10:00"),
        answered(officer, "2026-04-01T10:00", "2026-04-06T10:00", step="refuse"),
        answered(officer, "2026-04-29T10:00", "2026-05-20T10:00"),
    ]
    with clock.standing_at(at("2026-05-20T10:00")):
        taken_back = Case.objects.get(pk=RequestFactory().pk)
        move(taken_back, "withdraw", actor=officer, seen=None)
    return cases


def test_the_figures_of_two_months(spring, officer):
    with clock.standing_at(at("2026-05-21T10:00")):
        assert tally(2) == 4
        assert tally(2) == 4  # anew, not on top
    rows = answered_since(date(2026, 4, 1))
    together = speed_of(rows)
    assert (together.answered, together.in_time, together.late, together.refused) == (3, 2, 1, 1)
    assert (together.median, together.ninetieth, together.share) == (3, 9, 66)
    assert refusals_by_reason(rows) == Counter({"claims": 1})
    assert Tally.objects.counted_at() == at("2026-05-21T10:00")
    with clock.standing_at(at("2026-05-21T11:00")):
        move(spring[0], "reopen", actor=officer, seen=None)
        tally(2)
    assert speed_of(answered_since(date(2026, 4, 1))).answered == 2


def test_what_was_closed_before_it_was_counted_is_counted_now(spring):
    Case.objects.update(answered_in=None)
    with clock.standing_at(at("2026-05-21T10:00")):
        tally(2)
    assert sorted(Case.objects.values_list("answered_in", flat=True)) == [0, 2, 3, 9]


@given(days=st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_percentiles_are_those_of_the_sorted_list(days):
    speed, ordered = Speed(Counter(days), 0, 0), sorted(days)
    for per_cent in (1, 50, 90, 100):
        rank = -(-len(days) * per_cent // 100)
        assert speed.percentile(per_cent) == ordered[rank - 1]


def test_months():
    assert months_back(3, date(2026, 2, 15)) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert speed_of([]).share is None
    assert speed_of([]).median is None


def test_every_number_of_the_start_page_leads_to_as_many_cases(spring, desk, officer):
    with clock.standing_at(at("2026-05-21T10:00")):
        tally(2)
        day = desk.get(reverse("admin:index")).context["day"]
        rows = [day["clock"]["all"], *day["clock"]["months"], *day["clock"]["abouts"]]
        assert len(rows) == 4
        for row in rows:
            for name in ("answered", "in_time", "late", "refused"):
                answer = desk.get(row[name])
                assert answer.status_code == 200
                assert len(answer.context["cl"].result_list) == getattr(row["speed"], name), (row["name"], name)
        ((_reason, number, link),) = day["clock"]["refusals"]
        assert len(desk.get(link).context["cl"].result_list) == number == 1
