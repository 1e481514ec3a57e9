"""Rows in conflict that are given up: one, many at once, and taken up again."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core.errors import NotPossible
from apps.imports.choices import Decision
from apps.imports.conflicts import Conflict
from apps.imports.models import Batch, StagedRow
from apps.imports.services.leaving_out import leave_out, leave_out_many, reopen
from apps.imports.services.rejecting import rejects
from apps.imports.services.settling import settle
from apps.partners.models import Partner
from apps.subjects.models import Subject
from tests.factories import make_user
from tests.imports.test_settle import T1, T2, clash, figures, merged, offers

KNOWN = [f"{T1},,0555123401,,Анна,1", ",C-1,0555123402,,Бек,1", ",C-2,,,Ким,1"]
ROWS = [f"{T2},,0555123401,,Бек,9", ",C-2,0555123402,,Бек,9"]
__all__ = ["clash"]


@pytest.fixture
def two(partner) -> Batch:
    """A file with two rows in conflict, of two reasons."""
    merged(partner, *KNOWN)
    batch = merged(partner, *ROWS)
    assert batch.reasons == {"conflict:other-token": 1, "conflict:two-people": 1}
    return batch


def test_a_row_that_is_left_out_is_refused_and_goes_back_to_the_partner(officer, two):
    people = Subject.objects.count()
    leave_out(actor=officer, batch_id=two.pk, number=1)
    two.refresh_from_db()
    assert two.reasons == {"refused:other-token": 1, "conflict:two-people": 1}
    assert figures(two.pk) == {"refused": 1, "conflict": 1}
    assert Subject.objects.count() == people
    returned = b"".join(rejects(actor=officer, batch=two)).decode()
    assert "Отклонено,У человека уже есть другой токен" in returned, "in the partner's language"
    assert [row.number for row in Conflict.objects.undecided()] == [2]


def test_the_second_is_told_who_was_first(officer, two):
    leave_out(actor=officer, batch_id=two.pk, number=1)
    second = make_user(Role.LEAD)
    for verb in (lambda: leave_out(actor=second, batch_id=two.pk, number=1),
                 lambda: settle(actor=second, batch_id=two.pk, number=1, decision=Decision.MOVED)):  # fmt: skip
        with pytest.raises(
            NotPossible, match=f"{officer} has decided about line 2 of {two.reference}.*Leave the row out"
        ):
            verb()
    with pytest.raises(NotPossible, match="no longer there"):
        leave_out(actor=second, batch_id=two.pk, number=99)


def test_it_is_taken_up_again_as_it_was(officer, two):
    leave_out(actor=officer, batch_id=two.pk, number=1)
    with pytest.raises(NotPossible):
        reopen(actor=officer, batch_id=two.pk, number=2)
    reopen(actor=officer, batch_id=two.pk, number=1)
    two.refresh_from_db()
    assert two.reasons == {"conflict:other-token": 1, "conflict:two-people": 1}
    row = Conflict.objects.undecided().get(number=1)
    assert Decision.SAME_PERSON in offers(row)
    settle(actor=officer, batch_id=two.pk, number=1, decision=Decision.SAME_PERSON)
    assert figures(two.pk) == {"updated": 1, "conflict": 1}
    assert Entry.objects.about(two).filter(action="imports.reopen").count() == 1


def test_many_at_once_of_several_files(officer, two, partner):
    other = merged(partner, ROWS[1])
    rows = list(Conflict.objects.undecided().values_list("pk", flat=True))
    leave_out(actor=officer, batch_id=two.pk, number=1)
    assert (len(rows), leave_out_many(actor=officer, rows=[*rows, 0])) == (3, 2), "one was decided meanwhile"
    assert (figures(two.pk), figures(other.pk)) == ({"refused": 2}, {"refused": 1})
    assert Entry.objects.filter(action="imports.settle", facts__decision="leave-out").count() == 3
    assert not Conflict.objects.undecided().exists()


def test_rows_of_other_verdicts_are_not_touched(officer, partner):
    batch = merged(partner, ",,123,,Анна,1")
    (refused,) = StagedRow.objects.all()
    assert leave_out_many(actor=officer, rows=[refused.pk]) == 0
    with pytest.raises(NotPossible):
        reopen(actor=officer, batch_id=batch.pk, number=1)


def test_who_may_not_decide_is_refused(agent, two):
    for verb in (leave_out, reopen):
        with pytest.raises(PermissionDenied):
            verb(actor=agent, batch_id=two.pk, number=1)
    with pytest.raises(PermissionDenied):
        leave_out_many(actor=agent, rows=[])
    assert figures(two.pk) == {"conflict": 2}


def _at_once(*acts) -> list[str]:
    """Acts at the same time; for each `won`, or what it was told."""
    barrier, outcomes = threading.Barrier(len(acts)), []

    def run(act) -> None:
        barrier.wait(timeout=10)
        try:
            act()
            outcomes.append("won")
        except NotPossible as told:
            outcomes.append(told.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


@pytest.mark.parametrize(
    ("one", "other"),
    [(Decision.SAME_PERSON, Decision.MOVED), (Decision.MOVED, Decision.MOVED), (Decision.TAKE_IN, Decision.LEAVE_OUT)],
)
def test_of_two_officers_one_decides_and_the_other_is_told(transactional_db, one, other):
    partner = Partner.objects.create(code="bereke", name="Bereke")
    merged(partner, KNOWN[0])
    batch = merged(partner, ROWS[0])
    officers = [make_user(Role.OFFICER), make_user(Role.LEAD)]

    def act(actor, decision):
        if decision == Decision.LEAVE_OUT:
            return lambda: leave_out(actor=actor, batch_id=batch.pk, number=1)
        return lambda: settle(actor=actor, batch_id=batch.pk, number=1, decision=decision)

    outcomes = _at_once(*(act(actor, how) for actor, how in zip(officers, (one, other), strict=True)))
    assert sorted(outcome == "won" for outcome in outcomes) == [False, True]
    assert any("has decided about line 2" in outcome for outcome in outcomes)
    assert Entry.objects.about(batch).filter(action="imports.settle").count() == 1
    assert sum(figures(batch.pk).values()) - figures(batch.pk).get("warnings", 0) == 1


def test_two_rows_about_the_same_people_at_once(transactional_db):
    """Whoever is second sees the people as the first left them."""
    partner = Partner.objects.create(code="bereke", name="Bereke")
    merged(partner, KNOWN[0])
    first, second = merged(partner, ROWS[0]), merged(partner, ROWS[0].replace(",9", ",10"))
    officers = [make_user(Role.OFFICER), make_user(Role.LEAD)]
    outcomes = _at_once(
        lambda: settle(actor=officers[0], batch_id=first.pk, number=1, decision=Decision.SAME_PERSON),
        lambda: settle(actor=officers[1], batch_id=second.pk, number=1, decision=Decision.MOVED),
    )
    assert "won" in outcomes
    people = Subject.objects.filter(merged_into=None)
    held = [(row.kind, bytes(row.digest)) for person in people for row in person.identifiers.all()]
    assert len(held) == len(set(held)) == 3
    assert sum(len(person.identifiers.filter(kind="token", replaced_at=None)) for person in people) == len(people)
