"""Rows that contradict what is known, decided: one person, a number that moved, somebody else, or no row."""

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core import identifiers
from apps.core.errors import NotPossible
from apps.imports.choices import Decision, Status
from apps.imports.conflicts import Conflict
from apps.imports.engine.refusals import ROW_REASONS
from apps.imports.erasure import ImportEraser
from apps.imports.models import Batch, StagedRow
from apps.imports.services.clashing import clash_of
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.imports.services.settling import settle
from apps.imports.services.undoing import undo, undo_batch
from apps.subjects.models import Identifier, Subject
from apps.subjects.services.restrict import restrict
from tests.imports.test_decide import taken_in

HEAD = "token,card,phone,email,full name,points\n"
T1, T2 = "a" * 31 + "1", "a" * 31 + "2"
ONE, TWO = "+996555123401", "+996555123402"
SAME, MOVED, TAKE_IN = Decision.SAME_PERSON, Decision.MOVED, Decision.TAKE_IN


def merged(partner, *rows: str) -> Batch:
    batch = taken_in(partner, HEAD + "\n".join(rows) + "\n")
    confirm(actor=None, batch_id=batch.pk)
    return merge_batch(batch_id=batch.pk)


@pytest.fixture
def clash(partner):
    """Bring in what is known, then one row that contradicts it; gives that row."""

    def clash(*known: str, row: str) -> Conflict:
        merged(partner, *known)
        batch = merged(partner, row)
        assert batch.figures["conflict"] == 1
        return Conflict.objects.undecided().get()

    return clash


def decide(actor, row: Conflict, decision: str) -> Subject:
    return settle(actor=actor, batch_id=row.batch_id, number=row.number, decision=decision).person


def owner(kind: str, value: str, partner_code: str = "") -> Subject | None:
    digest = identifiers.digest(kind, value, partner_code)
    found = Identifier.objects.filter(kind=kind, digest=digest).first()
    return found.subject if found else None


def held(person: Subject) -> list[tuple[str, str]]:
    return sorted((row.kind, row.value) for row in person.identifiers.all())


def points(person: Subject) -> list[str]:
    return [row.payload["points"] for row in person.records.filter(category="points", superseded_at=None)]


def name(person: Subject) -> list[str]:
    return [row.payload["full_name"] for row in person.records.filter(category="identity", superseded_at=None)]


def figures(batch_id: int) -> dict[str, int]:
    return {key: value for key, value in Batch.objects.get(pk=batch_id).figures.items() if value and key != "rows"}


def offers(row: Conflict) -> list[Decision]:
    return clash_of(row).offers()


# One person


def test_a_person_whose_token_was_replaced(officer, clash):
    row = clash(f"{T1},,0555123401,,Анна,1", row=f"{T2},,0555123401,,Анна,9")
    known = owner("phone", ONE)
    assert (row.reason, owner("token", T2)) == ("other-token", None)
    assert decide(officer, row, SAME) == known
    assert (owner("token", T2), points(known)) == (known, ["9"])
    current = known.identifiers.get(kind="token", replaced_at=None)
    assert current.value == T2, "one person has one token"
    assert owner("token", T1) == known, "what was said under the old token holds"
    assert Entry.objects.about(known).filter(action="subjects.replace-token").exists()
    assert figures(row.batch_id) == {"updated": 1}


def test_a_file_that_lags_behind_names_the_old_token_and_means_the_same_person(officer, clash, partner):
    row = clash(f"{T1},,0555123401,,Анна,1", row=f"{T2},,0555123401,,Анна,9")
    known = decide(officer, row, SAME)
    assert merged(partner, f"{T1},,0555123401,,Анна,10").figures["updated"] == 1
    assert (points(known), known.identifiers.get(kind="token", replaced_at=None).value) == (["10"], T2)


def test_two_people_who_are_one(officer, clash):
    row = clash(",C-1,0555123401,,Анна,1", f"{T2},,0555123402,,Анна,1", row=",C-1,0555123402,,Анна,9")
    by_card, by_phone = owner("phone", ONE), owner("phone", TWO)
    assert row.reason == "two-people"
    assert decide(officer, row, SAME) == by_card, "the card says more than the phone"
    by_phone.refresh_from_db()
    assert (by_phone.merged_into, owner("phone", TWO), owner("token", T2)) == (by_card, by_card, by_card)
    assert (points(by_card), figures(row.batch_id)) == (["9"], {"updated": 1})
    assert {e.action for e in Entry.objects.about(by_phone)} == {"subjects.merged-away", "imports.settle"}


def test_three_people_who_are_one(officer, clash):
    row = clash(f"{T1},,,,А,1", ",C-1,,,А,1", ",,0555123401,,А,1", row=f"{T1},C-1,0555123401,,А,9")
    person = owner("token", T1)
    assert decide(officer, row, SAME) == person
    assert [kind for kind, _value in held(person)] == ["card", "phone", "token"]
    assert Subject.objects.filter(merged_into=person).count() == 2


@pytest.mark.parametrize(("named", "stays"), [(T1, T1), (T2, T2), ("", T2)])
def test_two_people_with_a_token_each_are_left_with_the_one_that_the_row_names(officer, clash, named, stays):
    card, phone = ("C-1", "0555123402") if not named else ("C-1" if named == T2 else "", "0555123402")
    phone = "0555123402" if named != T2 else ""
    row = clash(f"{T1},C-1,0555123401,,А,1", f"{T2},,0555123402,,А,1", row=f"{named},{card},{phone},,А,9")
    assert row.reason == "two-people"
    person = decide(officer, row, SAME)
    tokens = person.identifiers.filter(kind="token")
    assert (tokens.count(), tokens.get(replaced_at=None).value) == (2, stays)


def test_somebody_known_by_e_mail_alone_has_a_new_phone(officer, clash):
    row = clash(",,0555123401,a@example.kg,Анна,1", row=",,0555123402,a@example.kg,Анна,9")
    known = owner("email", "a@example.kg")
    assert row.reason == "other-phone"
    assert decide(officer, row, SAME) == known
    assert held(known) == [("email", "a@example.kg"), ("phone", ONE), ("phone", TWO)]
    assert points(known) == ["9"]


def test_somebody_known_by_e_mail_alone_has_a_new_card(officer, clash):
    row = clash(",C-1,,a@example.kg,Анна,1", row=",C-2,,a@example.kg,Анна,9")
    assert row.reason == "other-phone"
    person = decide(officer, row, SAME)
    assert [value for kind, value in held(person) if kind == "card"] == ["C-1", "C-2"]


def test_somebody_known_by_e_mail_alone_has_a_new_token(officer, clash):
    row = clash(f"{T1},,,a@example.kg,Анна,1", row=f"{T2},,0555123402,a@example.kg,Анна,9")
    assert row.reason == "other-token"
    person = decide(officer, row, SAME)
    assert person.identifiers.get(kind="token", replaced_at=None).value == T2
    assert owner("phone", TWO) == person


# The number moved to somebody else


def test_a_phone_that_moved_leaves_the_old_persons_history_with_them(officer, clash):
    row = clash(f"{T1},,0555123401,,Анна,1", row=f"{T2},,0555123401,,Бек,9")
    old = owner("phone", ONE)
    history = set(old.records.values_list("pk", flat=True))
    assert len(history) == 2
    new = decide(officer, row, MOVED)
    assert new != old
    assert set(old.records.values_list("pk", flat=True)) == history, "the old person keeps their history"
    assert (points(old), name(old), held(old)) == (["1"], ["Анна"], [("token", T1)]), "without the number"
    assert (owner("phone", ONE), owner("token", T2)) == (new, new)
    assert (points(new), name(new)) == (["9"], ["Бек"])
    assert {e.action for e in Entry.objects.about(old)} == {"subjects.move-identifier", "imports.settle"}


def test_a_phone_that_moved_to_somebody_known(officer, clash):
    row = clash(f"{T1},,0555123401,,Анна,1", f"{T2},,0555123402,,Бек,1", row=f"{T1},,0555123402,,Анна,9")
    anna, bek = owner("token", T1), owner("token", T2)
    assert decide(officer, row, MOVED) == anna
    assert (owner("phone", TWO), held(bek), points(bek), name(bek)) == (anna, [("token", T2)], ["1"], ["Бек"])
    assert (owner("phone", ONE), points(anna)) == (anna, ["9"])
    assert not Subject.objects.exclude(merged_into=None).exists()


def test_an_e_mail_that_moved(officer, clash):
    row = clash(",,0555123401,a@example.kg,Анна,1", row=",,0555123402,a@example.kg,Бек,9")
    anna = owner("phone", ONE)
    bek = decide(officer, row, MOVED)
    assert (owner("email", "a@example.kg"), owner("phone", TWO)) == (bek, bek)
    assert (held(anna), points(anna), points(bek)) == ([("phone", ONE)], ["1"], ["9"])


def test_an_e_mail_does_not_go_along_with_a_phone(officer, clash):
    row = clash(f"{T1},,0555123401,a@example.kg,Анна,1", row=f"{T2},,0555123401,a@example.kg,Бек,9")
    new = decide(officer, row, MOVED)
    old = owner("email", "a@example.kg")
    assert (owner("token", T1), owner("phone", ONE)) == (old, new)
    kept = StagedRow.objects.get(pk=row.pk)
    assert (kept.verdict, kept.warnings, kept.phone_value) == ("", [["email", "taken"]], None)
    assert figures(row.batch_id) == {"updated": 1, "warnings": 1}


def test_a_card_does_not_move(clash):
    row = clash(f"{T1},,0555123401,,Анна,1", ",C-1,,,Бек,1", row=f"{T1},C-1,,,Анна,9")
    assert offers(row) == [SAME, TAKE_IN, Decision.LEAVE_OUT]


# Somebody else, who has only some of what the row names


def test_a_row_is_taken_in_without_the_e_mail_that_a_family_shares(officer, clash):
    row = clash(",,0555123401,family@example.kg,Анна,1", row=",,0555123402,family@example.kg,Бек,9")
    anna = owner("phone", ONE)
    bek = decide(officer, row, TAKE_IN)
    assert (owner("email", "family@example.kg"), held(bek), points(bek)) == (anna, [("phone", TWO)], ["9"])
    assert points(anna) == ["1"]
    assert StagedRow.objects.get(pk=row.pk).warnings == [["email", "taken"]]
    assert figures(row.batch_id) == {"new": 1, "warnings": 1}
    assert Batch.objects.get(pk=row.batch_id).reasons == {"warning:email:taken": 1}


def test_what_a_row_said_of_somebody_elses_number_is_still_found_and_erased_with_them(officer, clash):
    row = clash(",,0555123401,family@example.kg,Анна,1", row=",,0555123402,family@example.kg,Бек,9")
    anna, bek = owner("phone", ONE), decide(officer, row, TAKE_IN)
    for person in (anna, bek):
        assert [h.count for h in ImportEraser().find(person.pk) if h.model == "imports.StagedRow"] == [1]
    ImportEraser().erase(anna.pk)
    assert not StagedRow.objects.filter(pk=row.pk).exists()


def test_a_row_is_taken_in_for_whom_its_strongest_identifier_names(officer, clash):
    row = clash(f"{T1},,0555123401,,Анна,1", ",,0555123402,,Бек,1", row=f"{T1},,0555123402,,Анна,9")
    bek = owner("phone", TWO)
    anna = decide(officer, row, TAKE_IN)
    assert (owner("token", T1), owner("phone", TWO), points(anna), points(bek)) == (anna, bek, ["9"], ["1"])


def test_a_new_token_is_taken_in_without_the_phone_of_another(officer, clash):
    row = clash(f"{T1},,0555123401,,Анна,1", row=f"{T2},,0555123401,,Бек,9")
    new = decide(officer, row, TAKE_IN)
    assert held(new) == [("token", T2)]
    assert owner("phone", ONE) == owner("token", T1) != new


# A later row of the same file


@pytest.fixture
def shared(partner):
    """A row that a later one of its file contradicts."""

    def shared(*rows: str) -> Conflict:
        assert merged(partner, *rows).figures["conflict"] == 1
        row = Conflict.objects.undecided().get()
        assert row.reason == "shared-in-file"
        return row

    return shared


def test_a_row_that_shares_a_phone_in_its_file_is_taken_in_as_somebody_else(officer, shared):
    row = shared(",C-1,0555123401,,Анна,1", ",C-2,0555123401,,Бек,2")
    bek = owner("phone", ONE)
    anna = decide(officer, row, TAKE_IN)
    assert (held(anna), points(anna)) == ([("card", "C-1")], ["1"])
    assert (owner("phone", ONE), points(bek), anna == bek) == (bek, ["2"], False)
    assert figures(row.batch_id) == {"new": 2, "warnings": 1}


def test_a_row_that_shares_a_phone_in_its_file_is_the_same_person(officer, shared):
    row = shared(",C-1,0555123401,,Анна,1", ",C-2,0555123401,,Анна,2")
    person = owner("phone", ONE)
    assert decide(officer, row, SAME) == person
    assert [value for kind, value in held(person) if kind == "card"] == ["C-1", "C-2"]
    assert points(person) == ["2"], "the later row counts"


def test_a_shared_phone_is_the_earlier_rows(officer, shared):
    row = shared(f"{T1},,0555123401,,Анна,1", f"{T2},,0555123401,,Бек,2")
    assert offers(row) == [MOVED, TAKE_IN, Decision.LEAVE_OUT]
    bek = owner("token", T2)
    anna = decide(officer, row, MOVED)
    assert (owner("phone", ONE), held(bek), points(bek), points(anna)) == (anna, [("token", T2)], ["2"], ["1"])


def test_a_row_that_shares_an_e_mail_in_its_file(officer, shared):
    row = shared(",,0555123401,f@example.kg,Анна,1", ",,0555123402,f@example.kg,Бек,2")
    bek = owner("email", "f@example.kg")
    anna = decide(officer, row, TAKE_IN)
    assert (held(anna), owner("phone", TWO)) == ([("phone", ONE)], bek)


def test_a_card_that_is_left_alone_names_nobody(officer, shared):
    row = shared(",C-1,0555123401,,,1", ",C-2,0555123401,,Бек,2")
    with pytest.raises(NotPossible, match="of nobody known"):
        decide(officer, row, TAKE_IN)
    assert Conflict.objects.undecided().get() == row


# What holds for every decision


def test_it_is_recorded_on_the_file_and_the_people_without_a_value(officer, clash):
    row = clash(f"{T1},,0555123401,,Анна,1", row=f"{T2},,0555123401,,Бек,9")
    old = owner("phone", ONE)
    new = decide(officer, row, MOVED)
    facts = {"number": 1, "line": 2, "reason": "other-token", "decision": "moved", "verdict": "updated"}
    entry = Entry.objects.about(row.batch).first()
    assert (entry.actor, entry.action) == (officer, "imports.settle")
    assert entry.facts == {**facts, "people": [old.reference, new.reference]}
    for person in (old, new):
        told = Entry.objects.about(person).get(action="imports.settle")
        assert told.facts == {**facts, "file": row.batch.reference}
    assert {"title": "reason", "value": str(ROW_REASONS["other-token"])} in [
        {"title": title, "value": value} for title, value in entry.facts_list()
    ]


def test_what_was_decided_leaves_the_queue_and_its_cells_behind(officer, clash):
    row = clash(f"{T1},,0555123401,,Анна,1", row=f"{T2},,0555123401,,Анна,9")
    decide(officer, row, SAME)
    assert not StagedRow.objects.filter(pk=row.pk).exists()
    assert Batch.objects.get(pk=row.batch_id).reasons == {}


def test_who_may_not_decide_is_refused(agent, clash):
    row = clash(f"{T1},,0555123401,,Анна,1", row=f"{T2},,0555123401,,Анна,9")
    with pytest.raises(PermissionDenied):
        decide(agent, row, SAME)
    assert Conflict.objects.undecided().get() == row


def test_blocked_data_is_not_used(officer, clash):
    row = clash(f"{T1},,0555123401,,Анна,1", row=f"{T2},,0555123401,,Анна,9")
    known = owner("phone", ONE)
    restrict(actor=officer, subject=known, reason="disputed")
    assert offers(row) == [Decision.LEAVE_OUT]
    for decision in (SAME, MOVED, TAKE_IN):
        with pytest.raises(NotPossible):
            decide(officer, row, decision)
    assert (held(known), points(known)) == ([("phone", ONE), ("token", T1)], ["1"])


def test_a_decision_that_leaves_a_contradiction_is_taken_back_whole(officer, clash, partner, monkeypatch):
    """Between the look at the row and the judging a person is blocked: what was moved moves back."""
    row = clash(f"{T1},,0555123401,,Анна,1", row=f"{T2},,0555123401,,Бек,9")
    old = owner("phone", ONE)
    from apps.imports.services import settling

    def moved_then_blocked(actor, clash_):
        settling._moved(actor, clash_)
        Subject.objects.filter(identifiers__digest=row.phone).update(restricted_at="2026-01-01T00:00Z")

    monkeypatch.setitem(settling._WAYS, MOVED, moved_then_blocked)
    with pytest.raises(NotPossible, match="blocked"):
        decide(officer, row, MOVED)
    assert owner("phone", ONE) == old
    assert Conflict.objects.undecided().get().token_value is None
    assert figures(row.batch_id) == {"conflict": 1}


def test_where_nothing_contradicts_any_more_the_row_is_taken_in(officer, clash, partner):
    row = clash(f"{T1},,0555123401,,Анна,1", row=f"{T2},,0555123401,,Бек,9")
    Identifier.objects.filter(kind="token").delete()
    assert offers(row) == [TAKE_IN, Decision.LEAVE_OUT]
    person = decide(officer, row, TAKE_IN)
    assert (held(person), points(person)) == ([("phone", ONE), ("token", T2)], ["9"])
    assert figures(row.batch_id) == {"updated": 1}


def test_a_file_that_is_not_merged_has_nothing_to_decide(officer, partner):
    merged(partner, f"{T1},,0555123401,,Анна,1")
    batch = taken_in(partner, HEAD + f"{T2},,0555123401,,Бек,9\n")
    assert batch.status == Status.READY
    assert batch.rows.filter(verdict="conflict").exists()
    assert not Conflict.objects.undecided().exists()
    with pytest.raises(NotPossible):
        settle(actor=officer, batch_id=batch.pk, number=1, decision=SAME)


def test_what_a_decision_brought_in_goes_when_the_file_is_undone(officer, clash):
    row = clash(",,0555123401,family@example.kg,Анна,1", row=",,0555123402,family@example.kg,Бек,9")
    anna, bek = owner("phone", ONE), decide(officer, row, TAKE_IN)
    assert points(bek) == ["9"]
    undo(actor=officer, batch_id=row.batch_id)
    assert undo_batch(batch_id=row.batch_id).status == Status.UNDONE
    assert not Subject.objects.filter(pk=bek.pk).exists()
    assert (owner("email", "family@example.kg"), points(anna)) == (anna, ["1"])
