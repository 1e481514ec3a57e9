"""Stopping the work on a file, letting it go on, ending it where it is: by the loops that really run."""

import io
import threading
import time
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from openpyxl import Workbook

from apps.audit.models import Entry
from apps.core.errors import NotPossible
from apps.core.files import path_of
from apps.imports.choices import Phase, Status
from apps.imports.models import Batch
from apps.imports.services import converting, merging, reading, staging
from apps.imports.services.deciding import cancel, confirm, finish_here, resume, stop
from apps.imports.services.merging import merge_batch
from apps.imports.services.reading import read_batch
from apps.imports.services.receiving import Intake, receive
from apps.subjects.models import Subject
from tests.factories import PartnerFactory
from tests.imports.test_decide import taken_in
from tests.imports.test_merge import _members, _state

UNDECIDED = ",123,,Без номера,\n"


@pytest.fixture
def others(transactional_db) -> None:
    """Somebody else works on another connection: what is stored is really stored."""


def received(content: bytes) -> Batch:
    intake = Intake()
    intake.write(content)
    return receive(actor=None, partner=PartnerFactory(), kind="members", stored=intake.finish())


def aside(act: Callable[[], object]) -> threading.Thread:
    """Do something as somebody else would: in a thread, over a connection of its own."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def when(monkeypatch, module: object, name: str, act: Callable[[], object], call: int = 1) -> list[int]:
    """Let `act` happen at that call of a step, before the step does its work."""
    calls: list[int] = []
    original = getattr(module, name)

    def step(*arguments: object, **named: object) -> object:
        calls.append(len(calls) + 1)
        if calls[-1] == call:
            act()
        return original(*arguments, **named)

    monkeypatch.setattr(module, name, step)
    return calls


def stopped_at(monkeypatch, module: object, name: str, batch: Batch, officer, call: int = 1) -> list[int]:
    act = lambda: aside(lambda: stop(actor=officer, batch_id=batch.pk)).join()  # noqa: E731
    return when(monkeypatch, module, name, act, call)


def figures(batch: Batch) -> dict[str, int]:
    return {name: rows for name, rows in batch.figures.items() if rows}


MOMENTS = [
    # Step, its call; rows that are staged by then, at least and at most; the phase.
    (reading, "find_layout", 1, 0, 0, Phase.LOOKING),
    (staging, "reached", 1, 0, 0, Phase.READING),
    (staging, "reached", 3, 1, 30, Phase.READING),
    (reading, "find_repeats", 1, 31, 31, Phase.JUDGING),
    (reading, "reached", 3, 31, 31, Phase.JUDGING),
    (reading, "keep_cells", 1, 31, 31, Phase.JUDGING),
]


def test_reading_stops_at_its_next_checkpoint_and_ends_the_same(others, monkeypatch, officer, small_steps):
    content = (_members(0, 30) + UNDECIDED).encode()
    expected = read_batch(batch_id=received(content).pk)
    for module, step, call, least, most, phase in MOMENTS:
        batch = received(content)
        with monkeypatch.context() as patched:
            calls = stopped_at(patched, module, step, batch, officer, call)
            stopped = read_batch(batch_id=batch.pk)
        assert calls[-1] == call
        assert (stopped.status, stopped.phase) == (Status.STOPPED, phase)
        assert least <= stopped.rows.count() <= most
        assert not stopped.figures
        assert not stopped.rows.exclude(verdict__in=["", "refused"]).exists()
        assert read_batch(batch_id=batch.pk).status == Status.STOPPED
        assert Entry.objects.about(batch).get(action="imports.stop").actor == officer
        assert resume(actor=officer, batch_id=batch.pk).status == Status.UPLOADED
        again = read_batch(batch_id=batch.pk)
        assert (again.status, again.rows.count()) == (Status.READY, 31)
        assert (figures(again), again.reasons) == (figures(expected), expected.reasons)


def test_stopped_before_a_worker_came_it_is_not_begun(officer):
    batch = received(_members(0, 3).encode())
    assert stop(actor=officer, batch_id=batch.pk).status == Status.STOPPED
    assert read_batch(batch_id=batch.pk).status == Status.STOPPED
    assert not batch.rows.exists()
    resume(actor=officer, batch_id=batch.pk)
    assert read_batch(batch_id=batch.pk).status == Status.READY


def test_what_a_stopped_reading_still_had_in_hand_is_not_kept_when_another_began(
    others, monkeypatch, officer, small_steps
):
    """Stopped and taken up again between two checkpoints: the first worker is told at the second, the other goes on."""
    batch = received(_members(0, 30).encode())

    def taken_up() -> None:
        stop(actor=officer, batch_id=batch.pk)
        resume(actor=officer, batch_id=batch.pk)
        reading._start(batch.pk)

    when(monkeypatch, staging, "reached", lambda: aside(taken_up).join(), call=2)
    left = read_batch(batch_id=batch.pk)
    assert (left.status, left.run, left.rows.count()) == (Status.READING, 2, 0)
    monkeypatch.undo()
    assert read_batch(batch_id=batch.pk).status == Status.READY
    assert batch.rows.count() == 30


def test_a_file_cancelled_while_it_was_converted_leaves_nothing(others, monkeypatch, officer, settings):
    book, out = Workbook(), io.BytesIO()
    for row in [["phone", "full name"], ["0555123401", "Ада"]]:
        book.active.append(row)
    book.save(out)
    batch = received(out.getvalue())
    assert path_of(batch.file).exists()

    def let_go() -> None:
        stop(actor=officer, batch_id=batch.pk)
        cancel(actor=officer, batch_id=batch.pk)

    calls = when(monkeypatch, converting, "_replace", lambda: aside(let_go).join())
    assert read_batch(batch_id=batch.pk).status == Status.CANCELLED
    assert calls == [1]
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def waited_for() -> None:
    """Until another connection waits for a lock that this one has."""
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                " WHERE NOT l.granted AND a.datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


def confirmed() -> Batch:
    content = (_members(0, 30) + UNDECIDED).encode()
    return confirm(actor=None, batch_id=read_batch(batch_id=received(content).pk).pk)


def test_merging_stops_behind_a_chunk_and_goes_on_to_the_same_end(others, monkeypatch, officer, small_steps):
    batch, threads = confirmed(), []

    def ask() -> None:
        threads.append(aside(lambda: stop(actor=officer, batch_id=batch.pk)))
        waited_for()

    with monkeypatch.context() as patched:
        when(patched, merging, "_checkpoint", ask, call=2)
        stopped = merge_batch(batch_id=batch.pk)
    threads[0].join()
    merged = stopped.rows_merged
    assert (stopped.status, merged in {14, 21, 28}) == (Status.STOPPED, True)
    assert Subject.objects.count() == merged
    assert merge_batch(batch_id=batch.pk).status == Status.STOPPED
    assert Subject.objects.count() == merged
    assert Entry.objects.get(action="imports.stop").facts == {"rows": merged}
    assert resume(actor=officer, batch_id=batch.pk).status == Status.MERGING
    done = merge_batch(batch_id=batch.pk)
    assert (done.status, done.rows_done) == (Status.DONE, 31)
    assert figures(done) == {"rows": 31, "new": 30, "refused": 1}
    assert (Subject.objects.count(), len(_state())) == (30, 150)


def test_stopped_before_its_first_chunk_it_is_cancelled_and_not_ended(officer):
    batch = confirm(actor=None, batch_id=taken_in(PartnerFactory(), _members(0, 3)).pk)
    stop(actor=officer, batch_id=batch.pk)
    assert merge_batch(batch_id=batch.pk).status == Status.STOPPED
    with pytest.raises(NotPossible, match="Nothing of"):
        finish_here(actor=officer, batch_id=batch.pk)
    assert cancel(actor=officer, batch_id=batch.pk).status == Status.CANCELLED
    assert not Subject.objects.exists()


@pytest.mark.parametrize(("one", "other"), [(stop, stop), (resume, finish_here)])
def test_of_two_people_one_wins_and_the_other_is_told(others, officer, one, other):
    batch = confirm(actor=None, batch_id=taken_in(PartnerFactory(), _members(0, 3)).pk)
    if one is not stop:
        stop(actor=officer, batch_id=batch.pk)
    if finish_here in (one, other):
        Batch.objects.filter(pk=batch.pk).update(rows_done=1)
    barrier, outcomes = threading.Barrier(2), []

    def decide(verb: Callable[..., Batch]) -> None:
        barrier.wait()
        try:
            outcomes.append(verb(actor=officer, batch_id=batch.pk).status)
        except NotPossible as told:
            outcomes.append(told.message)

    threads = [aside(lambda verb=verb: decide(verb)) for verb in (one, other)]
    for thread in threads:
        thread.join()
    assert sorted("can't be changed any more" in outcome for outcome in outcomes) == [False, True]


@pytest.mark.parametrize("verb", [stop, resume, finish_here])
def test_who_may_not_is_refused(agent, verb):
    batch = taken_in(PartnerFactory())
    Batch.objects.filter(pk=batch.pk).update(status=Status.MERGING)
    with pytest.raises(PermissionDenied):
        verb(actor=agent, batch_id=batch.pk)
    assert Batch.objects.get().status == Status.MERGING


@pytest.mark.parametrize("status", [Status.READY, Status.DONE, Status.CANCELLED, Status.REFUSED, Status.STOPPED])
def test_what_nobody_works_on_can_not_be_stopped(officer, status):
    batch = taken_in(PartnerFactory())
    Batch.objects.filter(pk=batch.pk).update(status=status)
    with pytest.raises(NotPossible):
        stop(actor=officer, batch_id=batch.pk)
