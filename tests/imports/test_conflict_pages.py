"""The queue of conflicts and the page of one: what is shown to whom, and what the buttons do."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.imports.conflicts import Conflict
from apps.imports.services.settling import settle
from apps.subjects.models import Subject
from apps.subjects.services.reveal import reveal
from tests.factories import PartnerFactory, make_user
from tests.imports.test_settle import T1, T2, clash, figures, merged, owner

QUEUE = reverse("admin:imports_conflict_changelist")
ANNA, BEK = f"{T1},,0555123401,,Анна Асанова,1", ",C-1,0555123402,,Бек Осмонов,1"
OTHER_TOKEN, TWO_PEOPLE = f"{T2},,0555123401,,Бек Иванов,9", ",C-1,0555123401,,Бек Иванов,9"
ALL = {"same-person", "moved", "take-in", "leave-out"}
__all__ = ["clash"]


def at(row: Conflict, name: str = "", **more: str) -> str:
    place = {"pk": row.batch_id, "number": row.number, **more}
    return reverse(f"admin:imports_conflict{name}", kwargs=place)


@pytest.fixture
def row(clash) -> Conflict:
    return clash(ANNA, BEK, row=OTHER_TOKEN)


def test_a_page_shows_both_masked_and_says_what_contradicts_what(desk, row):
    html = desk.get(at(row)).content.decode()
    anna = owner("token", T1)
    assert f"The row leads to {anna.reference} (Phone), but has another token." in html
    assert html.count("+996 ••• ••• 401") == 2, "of the row and of the person"
    assert reverse("admin:subjects_subject_change", args=[anna.pk]) in html
    assert "Bereke" in html
    for hidden in ("123401", "Асанова", "Иванов", T1, T2):
        assert hidden not in html


@pytest.mark.parametrize(
    ("known", "row", "offered", "said"),
    [
        ([ANNA, BEK], OTHER_TOKEN, ALL, "One person has one token"),
        ([ANNA, BEK], TWO_PEOPLE, ALL, "The row names different people"),
        ([",,0555123401,f@example.kg,А,1"], ",,0555123409,f@example.kg,Б,9", ALL, "Only the e-mail is known"),
        ([ANNA, ",C-1,,,Б,1"], f"{T1},C-1,,,А,9", ALL - {"moved"}, "different people"),
    ],
)
def test_each_reason_has_its_sentence_and_its_decisions(desk, clash, known, row, offered, said):
    row = clash(*known, row=row)
    html = desk.get(at(row)).content.decode()
    assert said in html
    assert {decision for decision in ALL if at(row, "_settle", decision=decision) in html} == offered
    for decision in offered:
        preview = desk.get(at(row, "_settle", decision=decision))
        assert preview.status_code == 200
    assert figures(row.batch_id) == {"conflict": 1}, "looking decides nothing"


def test_values_are_shown_to_whoever_may_see_everybody_named(desk, officer, clash):
    row = clash(ANNA, BEK, row=TWO_PEOPLE)
    anna, bek = owner("token", T1), owner("phone", "+996555123402")
    reveal(actor=officer, subject=anna, reason="quality")
    html = desk.get(at(row)).content.decode()
    assert "+996555123401" in html, "hers"
    assert "Иванов" not in html, "the row's, which may be his"
    reveal(actor=officer, subject=bek, reason="quality")
    html = desk.get(at(row)).content.decode()
    assert "Бек Иванов" in html
    assert "0555123401" in html
    other = Client()
    other.force_login(make_user(Role.LEAD), backend="django.contrib.auth.backends.ModelBackend")
    assert "Иванов" not in other.get(at(row)).content.decode()


def test_one_button_reveals_all_of_them_with_an_entry_each_and_hides_them_again(desk, officer, clash):
    row = clash(ANNA, BEK, row=TWO_PEOPLE)
    desk.post(at(row, "_reveal"), {"reveal-reason": "quality", "reveal-note": ""})
    people = [owner("token", T1), owner("phone", "+996555123402")]
    for person in people:
        entry = Entry.objects.about(person).get(action="subjects.reveal")
        assert (entry.actor, entry.facts["reason"]) == (officer, "quality")
    assert "Иванов" in desk.get(at(row)).content.decode()
    desk.post(at(row, "_hide"))
    assert "Иванов" not in desk.get(at(row)).content.decode()
    desk.post(at(row, "_reveal"), {"reveal-reason": ""})
    assert "Иванов" not in desk.get(at(row)).content.decode()


def test_a_decision_leads_on_to_the_next_conflict_of_the_file_and_then_to_the_queue(desk, partner):
    merged(partner, ANNA, BEK)
    merged(partner, OTHER_TOKEN, f"{T1},C-1,,,А,9")
    first, last = Conflict.objects.undecided()
    answer = desk.post(at(first, "_settle", decision="same-person"), follow=True)
    assert answer.redirect_chain == [(at(last), 302)]
    assert f"{first.reference} is taken in for {owner('token', T1).reference}: Updated." in answer.content.decode()
    answer = desk.post(at(last, "_settle", decision="leave-out"), follow=True)
    assert answer.redirect_chain == [(QUEUE, 302)]
    assert "has no more conflicts to decide" in answer.content.decode()
    assert "No conflicts" in answer.content.decode()
    assert desk.get(reverse("admin:imports_conflict_first", args=[first.batch_id])).url == QUEUE


def test_what_a_merge_moves_is_shown_before_it(desk, clash):
    row = clash(ANNA, BEK, row=TWO_PEOPLE)
    html = desk.get(at(row, "_settle", decision="same-person")).content.decode()
    bek, anna = owner("phone", "+996555123402"), owner("token", T1)
    assert f"Everything of {anna.reference} moves to {bek.reference}." in html
    assert "Identifiers that move" in html
    assert "Both have one" in html


def test_the_second_who_looks_is_told_who_was_first(desk, row):
    lead = make_user(Role.LEAD)
    settle(actor=lead, batch_id=row.batch_id, number=row.number, decision="moved")
    for answer in (
        desk.get(at(row), follow=True),
        desk.get(at(row, "_settle", decision="moved"), follow=True),
        desk.post(at(row, "_settle", decision="same-person"), follow=True),
    ):
        assert f"{lead} has decided about line 2" in answer.content.decode()
        assert answer.redirect_chain[-1][0] == QUEUE
    assert Entry.objects.filter(action="imports.settle", target_type="imports.batch").count() == 1


def test_a_row_that_was_left_out_says_so_and_can_be_taken_up_again(desk, officer, row):
    desk.post(at(row, "_settle", decision="leave-out"))
    html = desk.get(at(row)).content.decode()
    assert f"{officer} left this row out" in html
    assert at(row, "_settle", decision="moved") not in html
    assert desk.get(at(row, "_reopen")).status_code == 405
    assert desk.post(at(row, "_reopen")).url == at(row)
    assert at(row, "_settle", decision="moved") in desk.get(at(row)).content.decode()


def test_blocked_people_leave_one_thing_to_do(desk, row):
    Subject.objects.filter(identifiers__digest=row.phone).update(restricted_at="2026-01-01T00:00Z")
    html = desk.get(at(row)).content.decode()
    assert "is blocked and may not be used" in html
    assert {decision for decision in ALL if at(row, "_settle", decision=decision) in html} == {"leave-out"}
    assert desk.get(at(row, "_settle", decision="moved")).url == at(row)
    assert desk.get(at(row, "_settle", decision="cats")).status_code == 404


def test_the_queue_is_masked_filtered_and_newest_first(desk, partner):
    other = PartnerFactory(code="alatoo", name="Ала-Тоо")
    merged(partner, ANNA, BEK)
    older, newer = merged(partner, OTHER_TOKEN), merged(other, OTHER_TOKEN.replace("Бек", "Ада"))
    html = desk.get(QUEUE).content.decode()
    assert html.index(f"{newer.reference}:2") < html.index(f"{older.reference}:2")
    assert "+996 ••• ••• 401" in html
    for hidden in ("123401", "Иванов", T2):
        assert hidden not in html
    for query, shown in [
        ("?partner=alatoo", [newer]), ("?reason=two-people", []), ("?reason=other-token", [newer, older]),
        (f"?file={older.pk}", [older]), ("?file=0", []),
    ]:  # fmt: skip
        html = desk.get(QUEUE + query).content.decode()
        assert [batch for batch in (newer, older) if f"{batch.reference}:2" in html] == shown, query


def test_many_are_left_out_after_a_question(desk, partner):
    merged(partner, ANNA, BEK)
    merged(partner, OTHER_TOKEN, f"{T1},C-1,,,А,9")
    rows = list(Conflict.objects.undecided())
    chosen = {"action": "leave_out", "_selected_action": [row.pk for row in rows]}
    html = desk.post(QUEUE + "?partner=bereke", chosen).content.decode()
    assert "2 rows stay out" in html
    assert Conflict.objects.undecided().count() == 2
    answer = desk.post(QUEUE + "?partner=bereke", {**chosen, "confirmed": "1"}, follow=True)
    assert answer.redirect_chain == [(QUEUE + "?partner=bereke", 302)]
    assert "2 rows are left out." in answer.content.decode()
    assert not Conflict.objects.undecided().exists()


def test_the_files_page_leads_there(desk, row):
    html = desk.get(reverse("admin:imports_batch_change", args=[row.batch_id])).content.decode()
    assert "1 row contradicts what is known" in html
    assert at(row) in html
    first = reverse("admin:imports_conflict_first", args=[row.batch_id])
    assert first in html
    assert desk.get(first).url == at(row)
    manager = Client()
    manager.force_login(make_user(Role.PARTNER_MANAGER), backend="django.contrib.auth.backends.ModelBackend")
    html = manager.get(reverse("admin:imports_batch_change", args=[row.batch_id])).content.decode()
    assert "imports/conflict/" not in html


def test_the_start_page_counts_what_waits(desk, row):
    figures = desk.get("/desk/").context["figures"]
    (figure,) = [figure for figure in figures if figure["title"] == "Conflicts"]
    assert (figure["value"], figure["urgent"], figure["link"]) == ("1", True, QUEUE)
