"""Undoing a file: what was there before comes back, what came in since stays, and each is counted."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.audit.models import Entry
from apps.core import clock, erasers
from apps.core.errors import NotPossible
from apps.imports.choices import Kind, Status
from apps.imports.models import Batch, BeforeImage, MergedChunk, TouchedPerson
from apps.imports.services import judging, undoing
from apps.imports.services.deciding import confirm
from apps.imports.services.keeping import KEEP_DAYS
from apps.imports.services.merging import merge_batch
from apps.imports.services.undoing import UNDO_DAYS, forget_old_images, undo, undo_batch, undoable
from apps.subjects.choices import MergeReason, RestrictionReason
from apps.subjects.models import Identifier, PersonalRecord, Subject
from apps.subjects.services.merge import merge
from apps.subjects.services.register import NewIdentifier, register
from apps.subjects.services.restrict import restrict
from tests.factories import PartnerFactory
from tests.imports.test_decide import taken_in

HEAD = "phone,email,full name,points,language\n"
ADA, BEK = "0555123401,ada@example.kg,Ада,{},ky\n", "0555123402,,Бек,{},\n"


def merged(partner, content: str, kind: str = Kind.MEMBERS) -> Batch:
    batch = taken_in(partner, content, kind=kind)
    confirm(actor=None, batch_id=batch.pk)
    return merge_batch(batch_id=batch.pk)


def undone(officer, batch: Batch) -> dict[str, int]:
    undo(actor=officer, batch_id=batch.pk)
    batch = undo_batch(batch_id=batch.pk)
    assert batch.status == Status.UNDONE
    assert not batch.chunks.exists()
    return {name: count for name, count in batch.undone.items() if count}


def state() -> list[tuple]:
    """Everything that is known, opened, without the numbers of rows."""
    named = Identifier.objects.values_list("kind", "digest", "created_at")
    records = [(r.category_id, str(r.payload), r.observed_at, r.recorded_at) for r in PersonalRecord.objects.all()]
    people = Subject.objects.values_list("language", "created_at")
    return sorted(map(str, [*named, *records, *people]))


def test_whoever_a_file_brought_goes_with_it(partner, officer, monkeypatch):
    monkeypatch.setattr(judging, "CHUNK_ROWS", 1)
    batch = merged(partner, HEAD + ADA.format(5) + BEK.format(7))
    assert (Subject.objects.count(), Identifier.objects.count(), PersonalRecord.objects.count()) == (2, 3, 4)
    assert undone(officer, batch) == {"people_gone": 2, "records_gone": 4, "identifiers_gone": 3}
    assert state() == []
    assert Entry.objects.filter(action="imports.undo-chunk").count() == 2
    entry = Entry.objects.get(action="imports.undone")
    assert (entry.actor, entry.facts["people_gone"]) == (officer, 2)


def test_what_was_there_before_comes_back(partner, officer):
    merged(partner, "phone,full name,points\n0555123401,Ада,5\n0555123402,Бек,7\n")
    before = state()
    batch = merged(partner, HEAD + ADA.format(99) + "0555123402,,Бек,7,\n0555123403,,Жаңы,1,\n")
    assert (batch.figures["updated"], batch.figures["unchanged"], batch.figures["new"]) == (1, 1, 1)
    assert state() != before
    assert {r.payload["points"] for r in PersonalRecord.objects.filter(category="points")} == {"99", "7", "1"}
    figures = undone(officer, batch)
    assert figures == {"people_gone": 1, "records_gone": 2, "identifiers_gone": 2, "restored": 2}
    assert state() == before


def test_what_a_newer_file_said_stays(partner, officer):
    first = merged(partner, HEAD + BEK.format(5))
    older = merged(partner, HEAD + BEK.format(6))
    newer = merged(partner, HEAD + BEK.format(7))
    assert undone(officer, older) == {"records_stay": 1}
    assert undone(officer, first) == {"people_stay": 1, "records_gone": 1}
    assert [r.payload for r in PersonalRecord.objects.filter(category="points")] == [{"points": "7"}]
    assert newer.status == Status.DONE


def test_somebody_of_whom_others_speak_stays_with_their_numbers(partner, officer):
    batch = merged(partner, HEAD + ADA.format(5))
    merged(PartnerFactory(), HEAD + ADA.format(8))
    assert undone(officer, batch) == {"people_stay": 1, "records_gone": 2}
    assert Identifier.objects.count() == 2
    assert {r.partner_id for r in PersonalRecord.objects.all()} != {partner.pk}
    assert PersonalRecord.objects.count() == 2


def test_blocked_people_are_left_as_they_are(partner, officer):
    batch = merged(partner, HEAD + ADA.format(5))
    restrict(actor=officer, subject=Subject.objects.get(), reason=RestrictionReason.REQUEST)
    before = state()
    assert undone(officer, batch) == {"people_stay": 1, "blocked": 1}
    assert len(before) == 5
    assert state() == before


def test_the_erased_and_the_merged_are_counted(partner, officer):
    merged(partner, HEAD + ADA.format(5) + BEK.format(5))
    batch = merged(partner, HEAD + ADA.format(6) + BEK.format(6))
    ada, bek = Subject.objects.order_by("pk")
    assert TouchedPerson.objects.count() == BeforeImage.objects.count() == 2
    for eraser in erasers.registry:
        eraser.erase(ada.pk)
    other = register(actor=officer, given=[NewIdentifier("phone", "0555123499")])
    merge(actor=officer, survivor=other, absorbed=bek, reason=MergeReason.SAME_PERSON)
    assert undone(officer, batch) == {"erased": 1, "merged": 1}
    assert not Subject.objects.filter(pk=ada.pk).exists()
    assert PersonalRecord.objects.filter(subject=other).count() == 2


def test_refusals_are_never_undone(partner, officer):
    batch = merged(partner, "phone,channel\n0555123401,sms\n", Kind.OPTOUTS)
    assert batch.status == Status.DONE
    assert not undoable(batch)
    with pytest.raises(NotPossible):
        undo(actor=officer, batch_id=batch.pk)


def test_after_a_month_it_is_too_late_and_nothing_is_kept_for_it(partner, officer):
    merged(partner, HEAD + BEK.format(5))
    batch = merged(partner, HEAD + BEK.format(6))
    assert BeforeImage.objects.exists()
    assert UNDO_DAYS <= KEEP_DAYS
    assert forget_old_images() == 0
    with time_machine.travel(clock.now() + timedelta(days=UNDO_DAYS, hours=1), tick=False):
        assert not undoable(batch)
        with pytest.raises(NotPossible):
            undo(actor=officer, batch_id=batch.pk)
        forget_old_images()
    assert not MergedChunk.objects.exists()
    assert not BeforeImage.objects.exists()
    assert not TouchedPerson.objects.exists()


def test_a_worker_that_dies_leaves_an_undoing_that_ends_the_same(partner, officer, monkeypatch):
    monkeypatch.setattr(judging, "CHUNK_ROWS", 1)
    batch = merged(partner, HEAD + ADA.format(5) + BEK.format(7) + "0555123403,,Үч,1,\n")
    undo(actor=officer, batch_id=batch.pk)
    original, calls = undoing._undo_chunk, []

    def die(*arguments: object) -> object:
        calls.append(original(*arguments))
        if len(calls) == 2:
            raise SystemExit
        return calls[-1]

    monkeypatch.setattr(undoing, "_undo_chunk", die)
    with pytest.raises(SystemExit):
        undo_batch(batch_id=batch.pk)
    assert Subject.objects.count() == 2
    done = undo_batch(batch_id=batch.pk)
    assert (done.status, done.undone["people_gone"]) == (Status.UNDONE, 3)
    assert state() == []


def test_who_may_not_undo_and_who_was_second(partner, officer, agent):
    batch = merged(partner, HEAD + ADA.format(5))
    with pytest.raises(PermissionDenied):
        undo(actor=agent, batch_id=batch.pk)
    undo(actor=officer, batch_id=batch.pk)
    with pytest.raises(NotPossible, match=batch.reference):
        undo(actor=officer, batch_id=batch.pk)


def test_on_the_desk(partner, desk):
    batch = merged(partner, HEAD + ADA.format(5))
    place = reverse("admin:imports_batch_undo", args=[batch.pk])
    assert desk.get(place).status_code == 405
    desk.post(place)
    assert Batch.objects.get().status == Status.UNDOING
    undo_batch(batch_id=batch.pk)
    assert Batch.objects.get().status == Status.UNDONE
