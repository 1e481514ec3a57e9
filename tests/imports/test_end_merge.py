"""A merge that was stopped in the middle: ended there, undone, or left until its term is over."""

from datetime import timedelta

import pytest
import time_machine

from apps.audit.models import Entry
from apps.core import clock
from apps.core.errors import NotPossible
from apps.core.files import path_of
from apps.imports.choices import Phase, Status
from apps.imports.models import Batch, StagedRow
from apps.imports.services import merging, undoing
from apps.imports.services.deciding import cancel, fail, finish_here, resume, stop
from apps.imports.services.keeping import KEEP_DAYS, end_old, let_go_of_old
from apps.imports.services.merging import merge_batch
from apps.imports.services.undoing import undo, undo_batch
from apps.subjects.models import Subject
from tests.imports.test_stop import confirmed, figures, when


@pytest.fixture
def half_merged(monkeypatch, officer, small_steps) -> Batch:
    """A batch of 31 rows whose merge an officer stopped behind the second chunk of seven."""
    batch = confirmed()
    with monkeypatch.context() as patched:
        when(patched, merging, "_merge_next", lambda: stop(actor=officer, batch_id=batch.pk), call=3)
        assert merge_batch(batch_id=batch.pk).status == Status.STOPPED
    stopped = Batch.objects.get(pk=batch.pk)
    assert (stopped.rows_merged, Subject.objects.count()) == (14, 14)
    return stopped


def test_a_merge_is_ended_where_it_is(half_merged, officer, django_capture_on_commit_callbacks):
    stored = path_of(half_merged.file)
    assert stored.exists()
    assert half_merged.rows.filter(number__gt=14).count() == 17
    finish_here(actor=officer, batch_id=half_merged.pk)
    with django_capture_on_commit_callbacks(execute=True):
        done = merge_batch(batch_id=half_merged.pk)
    assert (done.status, done.rows_total, done.rows_done) == (Status.DONE, 31, 14)
    assert figures(done) == {"rows": 31, "new": 14, "skipped": 17}
    assert done.reasons == {"skipped:left": 17}
    assert Subject.objects.count() == 14
    assert not StagedRow.objects.exists()
    assert not stored.exists()
    entry = Entry.objects.get(action="imports.finish-here")
    assert (entry.actor, entry.facts) == (officer, {"rows": 14, "left": 17})


def test_a_merge_left_in_the_middle_is_ended_after_its_term(half_merged):
    assert (let_go_of_old(), end_old()) == (0, [])
    with time_machine.travel(clock.now() + timedelta(days=KEEP_DAYS + 1)):
        assert (let_go_of_old(), end_old()) == (0, [half_merged.pk])
    assert merge_batch(batch_id=half_merged.pk).figures["skipped"] == 17


def test_what_is_in_of_a_stopped_merge_can_be_undone(half_merged, officer, django_capture_on_commit_callbacks):
    stored = path_of(half_merged.file)
    assert stored.exists()
    undo(actor=officer, batch_id=half_merged.pk)
    with django_capture_on_commit_callbacks(execute=True):
        undone = undo_batch(batch_id=half_merged.pk)
    assert (undone.status, undone.undone["people_gone"]) == (Status.UNDONE, 14)
    assert not Subject.objects.exists()
    assert not StagedRow.objects.exists()
    assert not stored.exists()


def test_undoing_stops_and_goes_on(half_merged, monkeypatch, officer):
    undo(actor=officer, batch_id=half_merged.pk)
    with monkeypatch.context() as patched:
        when(patched, undoing, "_undo_next", lambda: stop(actor=officer, batch_id=half_merged.pk), call=2)
        stopped = undo_batch(batch_id=half_merged.pk)
    assert (stopped.status, stopped.phase, Subject.objects.count()) == (Status.STOPPED, Phase.UNDOING, 7)
    for refused in (cancel, finish_here, undo):
        with pytest.raises(NotPossible):
            refused(actor=officer, batch_id=half_merged.pk)
    assert resume(actor=officer, batch_id=half_merged.pk).status == Status.UNDOING
    assert undo_batch(batch_id=half_merged.pk).undone["people_gone"] == 14
    assert not Subject.objects.exists()


def test_what_is_partly_merged_can_not_be_cancelled(half_merged, officer):
    with pytest.raises(NotPossible, match="merged already"):
        cancel(actor=officer, batch_id=half_merged.pk)
    assert half_merged.rows.exists()
    resume(actor=officer, batch_id=half_merged.pk)
    fail(batch_id=half_merged.pk, error="OperationalError")
    with pytest.raises(NotPossible, match="merged already"):
        cancel(actor=officer, batch_id=half_merged.pk)
    assert finish_here(actor=officer, batch_id=half_merged.pk).status == Status.MERGING
