"""Sealing binds every entry, late ones included, and makes no writer wait."""

import threading
import time

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.audit import sealing
from apps.audit.chain import hash_of, unpack_marks
from apps.audit.models import Entry, Seal
from apps.audit.sealing import seal
from apps.audit.tasks import seal_entries
from apps.audit.verification import verify
from apps.core import settled


def enter(count: int = 1) -> list[int]:
    rows = Entry.objects.bulk_create(Entry(action="tests.done", target_type="audit.entry") for _ in range(count))
    return [row.pk for row in rows]


def _second_connection():
    """A connection of its own, in a transaction of its own."""
    second = connection.copy()
    second.set_autocommit(False)
    yield second
    second.rollback()
    second.close()


other = pytest.fixture(_second_connection)
another = pytest.fixture(_second_connection)


def enter_by(second) -> int:
    with second.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (at, action, target_type, facts)"
            " VALUES (now(), 'tests.late', 'audit.entry', '{}') RETURNING id"
        )
        return cursor.fetchone()[0]


def sealed_ids() -> list[int]:
    return [number for made in Seal.objects.order_by("number") for number, _mark in unpack_marks(bytes(made.marks))]


@pytest.mark.django_db
def test_entries_are_sealed_once_in_their_order():
    first = enter(3)
    assert seal() == 3
    assert seal() == 0
    second = enter(2)
    assert seal() == 2
    one, two = Seal.objects.order_by("number")
    assert (one.number, one.count, one.last_id, bytes(one.previous)) == (1, 3, first[-1], b"")
    assert (two.number, two.count, two.last_id, bytes(two.previous)) == (2, 2, second[-1], bytes(one.hash))
    assert sealed_ids() == first + second
    assert bytes(one.hash) == hash_of(one)
    assert len(bytes(one.hash)) == 32


@pytest.mark.django_db
def test_nothing_is_sealed_where_nothing_is():
    assert seal() == 0
    assert not Seal.objects.exists()


@pytest.mark.django_db
def test_seals_are_bounded(monkeypatch):
    monkeypatch.setattr(sealing, "ENTRIES_A_SEAL", 4)
    entries = enter(10)
    assert seal() == 10
    assert list(Seal.objects.order_by("number").values_list("count", flat=True)) == [4, 4, 2]
    assert sealed_ids() == entries
    assert verify().intact


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_seal_cannot_be_changed(change):
    enter()
    seal()
    made = Seal.objects.filter(number=1)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        made.update(count=9) if change == "update" else made.delete()
    assert made.get().count == 1


@pytest.mark.django_db
def test_an_entry_costs_one_statement():
    with CaptureQueriesContext(connection) as queries:
        Entry.objects.create(action="tests.done", target_type="audit.entry")
    assert len(queries) == 1


@pytest.mark.django_db
def test_the_periodic_job_seals(caplog):
    entries = enter(2)
    seal_entries(timestamp=0)
    assert sealed_ids() == entries


@pytest.mark.django_db(transaction=True)
def test_an_entry_committed_after_a_seal_ran_is_sealed_by_the_next(other):
    before = enter()
    assert seal() == 1
    late = enter_by(other)
    after = enter()
    assert late < after[0]
    assert seal(patience=0.2) == 0
    assert sealed_ids() == before
    other.commit()
    assert seal() == 2
    assert sealed_ids() == [*before, late, *after]
    assert verify().intact


@pytest.mark.django_db(transaction=True)
def test_sealing_waits_for_a_writer_that_is_about_to_commit(other):
    late = enter_by(other)
    after = enter()
    done = []
    sealer = threading.Thread(target=lambda: (done.append(seal(patience=30)), connection.close()))
    sealer.start()
    time.sleep(0.3)
    assert done == []
    other.commit()
    sealer.join(timeout=30)
    assert done == [2]
    assert sealed_ids() == [late, *after]


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_came_later_is_not_waited_for(other, another, monkeypatch):
    """A busy desk never has a moment without writers: only those who may hold an id below the noted one matter."""
    late = enter_by(other)
    look, looks = settled.writers, []

    def look_and_let_things_go_on(model):
        looks.append(look(model))
        if len(looks) == 1:
            enter_by(another)
            other.commit()
        return looks[-1]

    monkeypatch.setattr(settled, "writers", look_and_let_things_go_on)
    assert seal(patience=10) == 1
    assert sealed_ids() == [late]
    assert [len(seen) for seen in looks] == [1, 1]
    assert looks[0] != looks[1]
    another.commit()
    assert seal() == 1


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_was_rolled_back_leaves_a_gap_that_nobody_minds(other):
    enter_by(other)
    after = enter()
    other.rollback()
    assert seal() == 1
    assert sealed_ids() == after
    assert verify().intact


@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_for_a_sealer(other):
    enter()
    with transaction.atomic():
        assert seal() == 1
        with other.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        assert enter_by(other)
        other.commit()
    assert seal() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_sealers_one_wins():
    entries = enter(5)
    results: list[int] = []
    with transaction.atomic():
        assert seal() == 5
        rival = threading.Thread(target=lambda: (results.append(seal()), connection.close()))
        rival.start()
        rival.join(timeout=30)
        assert results == [0]
    assert seal() == 0
    assert Seal.objects.count() == 1
    assert sealed_ids() == entries
    assert verify().intact


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_sealers_leave_nothing_unsealed():
    stop = threading.Event()

    def write():
        for _ in range(40):
            with transaction.atomic():
                enter(3)
        connection.close()

    def keep_sealing():
        while not stop.is_set():
            seal(patience=5)
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(4)]
    sealers = [threading.Thread(target=keep_sealing) for _ in range(2)]
    for thread in writers + sealers:
        thread.start()
    for thread in writers:
        thread.join(timeout=120)
    stop.set()
    for thread in sealers:
        thread.join(timeout=120)
    seal()
    assert Seal.objects.count() > 1
    assert sealed_ids() == list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    assert len(sealed_ids()) == 4 * 40 * 3
    report = verify()
    assert (report.intact, report.unsealed) == (True, 0)
