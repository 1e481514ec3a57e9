"""Merging: chunk by chunk, resumable, and right when two batches meet."""

import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import Count

from apps.imports.choices import Kind, Status
from apps.imports.models import Batch
from apps.imports.services import judging, merging
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.optouts.models import OptOutEvent
from apps.partners.models import Partner
from apps.subjects.models import Identifier, PersonalRecord, Subject
from apps.subjects.services import bulk
from tests.factories import PartnerFactory
from tests.imports.test_decide import taken_in

HEAD = "card,phone,email,full name,points\n"


def _members(first: int, last: int, prefix: str = "CRD", points: int = 1) -> str:
    rows = (f"{prefix}-{n:05d},0555{n:06d},m{n}@example.kg,Ада {n},{points}\n" for n in range(first, last))
    return HEAD + "".join(rows)


def _confirmed(partner: Partner, content: str, kind: str = Kind.MEMBERS) -> Batch:
    return confirm(actor=None, batch_id=taken_in(partner, content, kind=kind).pk)


def _state() -> list[tuple]:
    """Everything that was stored, without keys that depend on the order of work."""
    identifiers = Identifier.objects.values_list("kind", "digest", "partner__code")
    records = PersonalRecord.objects.values_list("category_id", "partner__code", "payload_digest")
    return sorted((k, bytes(d), p or "") for k, d, p in identifiers) + sorted((c, p, bytes(d)) for c, p, d in records)


def test_chunks_add_up(partner, monkeypatch):
    monkeypatch.setattr(judging, "CHUNK_ROWS", 7)
    batch = merge_batch(batch_id=_confirmed(partner, _members(0, 30)).pk)
    assert (batch.status, batch.figures["new"], batch.rows_done) == (Status.DONE, 30, 30)
    assert Subject.objects.count() == 30
    assert Identifier.objects.count() == 90
    again = merge_batch(batch_id=_confirmed(partner, _members(0, 30)).pk)
    assert again.figures["unchanged"] == 30


@pytest.mark.parametrize("killed_in", range(1, 6))
def test_a_worker_that_dies_leaves_a_batch_that_ends_the_same(partner, monkeypatch, killed_in):
    monkeypatch.setattr(judging, "CHUNK_ROWS", 7)
    content = _members(0, 30) + "CRD-00003,0555000003,m3@example.kg,Ада 3,9\n,123,,Без номера,\n"
    expected = _undisturbed(partner, content)
    batch = _confirmed(partner, content)
    chunks, original = iter(range(1, 100)), merging.clear

    def die(*args: object) -> None:
        if next(chunks) == killed_in:
            raise SystemExit
        original(*args)

    monkeypatch.setattr(merging, "clear", die)
    with pytest.raises(SystemExit):
        merge_batch(batch_id=batch.pk)
    monkeypatch.setattr(merging, "clear", original)
    done = merge_batch(batch_id=batch.pk)
    figures = {name: value for name, value in done.figures.items() if value}
    assert figures == {"rows": 32, "new": 30, "duplicate": 1, "refused": 1}
    assert (Subject.objects.count(), Identifier.objects.count()) == (30, 90)
    assert _state() == expected


def _undisturbed(partner: Partner, content: str) -> list[tuple]:
    """The state that the file leads to when nothing happens on the way."""
    with transaction.atomic():
        merge_batch(batch_id=_confirmed(partner, content).pk)
        state = _state()
        transaction.set_rollback(True)
    assert len(state) == 150
    return state


def test_a_batch_that_is_overtaken_judges_again(partner, monkeypatch):
    """Somebody at the desk registers one of the same phones between the judging and the insert."""
    batch = _confirmed(partner, _members(0, 3))
    original, raced = bulk._fresh_identifiers, []

    def race() -> int:
        expected = original()
        if not raced:
            raced.append(Subject.objects.create())
            phone = Identifier(subject=raced[0], kind="phone", value="+996555000001")
            phone.digest = bulk_digest("phone", "+996555000001")
            phone.save()
        return expected

    monkeypatch.setattr(bulk, "_fresh_identifiers", race)
    done = merge_batch(batch_id=batch.pk)
    # The first attempt and what raced with it were rolled back together; the second one went through.
    assert done.figures["new"] == 3
    assert Identifier.objects.values("kind", "digest").annotate(n=Count("pk")).filter(n__gt=1).count() == 0


def bulk_digest(kind: str, value: str) -> bytes:
    from apps.core.identifiers import digest

    return digest(kind, value)


def test_an_error_that_stays_is_not_tried_for_ever(partner, monkeypatch):
    batch, tries = _confirmed(partner, _members(0, 3)), []

    def broken(*args: object) -> None:
        tries.append(1)
        raise OperationalError

    monkeypatch.setattr(merging, "merge_rows", broken)
    with pytest.raises(OperationalError):
        merge_batch(batch_id=batch.pk)
    assert len(tries) == merging.ATTEMPTS
    assert not Subject.objects.exists()


@pytest.mark.parametrize("same_partner", [True, False])
def test_two_batches_that_overlap_make_one_person_each(transactional_db, monkeypatch, same_partner):
    monkeypatch.setattr(judging, "CHUNK_ROWS", 11)
    first = PartnerFactory()
    second = first if same_partner else PartnerFactory()
    rows = _members(20, 80, points=2).splitlines(keepends=True)
    batches = [
        _confirmed(first, _members(0, 60)),
        _confirmed(second, rows[0] + "".join(reversed(rows[1:]))),
    ]
    barrier, results = threading.Barrier(2), []

    def work(batch: Batch) -> None:
        barrier.wait()
        try:
            results.append(merge_batch(batch_id=batch.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[batch]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [batch.status for batch in results] == [Status.DONE, Status.DONE]
    assert Subject.objects.count() == 80
    assert Identifier.objects.filter(kind="phone").count() == 80
    assert not Subject.objects.annotate(n=Count("identifiers")).filter(n__lt=3).exists()
    assert sum(batch.figures["new"] + batch.figures["updated"] + batch.figures["unchanged"] for batch in results) == 120


def test_an_older_file_does_not_overwrite_what_a_newer_one_said(partner):
    older = _confirmed(partner, _members(0, 3, points=1))
    newer = _confirmed(partner, _members(0, 3, points=2))
    assert merge_batch(batch_id=newer.pk).figures["new"] == 3
    assert merge_batch(batch_id=older.pk).figures["unchanged"] == 3
    assert {r.payload["points"] for r in PersonalRecord.objects.filter(category="points")} == {"2"}


def test_optouts_are_in_the_journal_before_they_are_in_the_database(partner, monkeypatch):
    batch = _confirmed(partner, "phone,channel\n0555123401,sms\n0555123402,sms\n", Kind.OPTOUTS)
    from apps.core.journal import journal
    from apps.optouts.services import bulk as optouts

    def crash(**kwargs: object) -> None:
        raise SystemExit

    original = optouts.apply_facts
    monkeypatch.setattr(optouts, "apply_facts", crash)
    with pytest.raises(SystemExit):
        merge_batch(batch_id=batch.pk)
    assert not OptOutEvent.objects.exists()
    assert sum(len(path.read_bytes().splitlines()) for path in journal().files()) == 2
    monkeypatch.setattr(optouts, "apply_facts", original)
    assert merge_batch(batch_id=batch.pk).figures["new"] == 2
    assert OptOutEvent.objects.count() == 2


def test_somebody_who_came_in_since_the_preview_is_known_when_it_is_merged(partner, monkeypatch):
    """Where nobody was known in the preview the rows are not looked up again: the insert finds out."""
    monkeypatch.setattr(judging, "CHUNK_ROWS", 2)
    batch = _confirmed(partner, _members(0, 5))
    assert Batch.objects.get(pk=batch.pk).all_new == [[1, 2], [3, 4], [5, 5]]
    known = Subject.objects.create()
    Identifier.objects.create(
        subject=known, kind="phone", value="+996555000003", digest=bulk_digest("phone", "+996555000003")
    )
    done = merge_batch(batch_id=batch.pk)
    assert (done.figures["new"], done.figures["updated"]) == (4, 1)
    assert Subject.objects.count() == 5
    assert known.records.count() == 2


def test_chunks_with_somebody_known_are_looked_up_again(partner, monkeypatch):
    monkeypatch.setattr(judging, "CHUNK_ROWS", 2)
    merge_batch(batch_id=_confirmed(partner, _members(2, 3)).pk)
    batch = _confirmed(partner, _members(0, 4))
    assert batch.all_new == [[1, 2]]
    done = merge_batch(batch_id=batch.pk)
    assert (done.figures["new"], done.figures["unchanged"]) == (3, 1)
