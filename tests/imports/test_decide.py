"""Confirming and cancelling: who may, once, and what is left."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.audit.models import Entry
from apps.core.errors import NotPossible
from apps.core.files import path_of
from apps.imports.choices import Kind, Status
from apps.imports.models import Batch
from apps.imports.services.deciding import cancel, confirm, fail, resume
from apps.imports.services.merging import merge_batch
from apps.imports.services.reading import read_batch
from apps.imports.services.receiving import Intake, receive
from apps.partners.models import Partner
from apps.subjects.models import Subject
from tests.factories import make_user

ROWS = "phone,full name\n" + "".join(f"05551000{i:02d},Ада {i}\n" for i in range(20))


def taken_in(partner: Partner, content: str = ROWS, actor: User | None = None, kind: str = Kind.MEMBERS) -> Batch:
    """A batch that was read."""
    intake = Intake()
    intake.write(content.encode())
    batch = receive(actor=actor, partner=partner, kind=kind, stored=intake.finish())
    return read_batch(batch_id=batch.pk)


def test_of_two_officers_one_wins_and_the_other_is_told(transactional_db):
    partner = Partner.objects.create(code="bereke", name="Bereke")
    batch = taken_in(partner)
    officers = [make_user(Role.OFFICER), make_user(Role.LEAD)]
    barrier, outcomes = threading.Barrier(2), []

    def decide(officer: User) -> None:
        barrier.wait()
        try:
            confirm(actor=officer, batch_id=batch.pk)
            outcomes.append("won")
        except NotPossible as told:
            outcomes.append(told.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[officer]) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome == "won" for outcome in outcomes) == [False, True]
    assert any("Being merged" in outcome for outcome in outcomes)
    assert Entry.objects.filter(action="imports.confirm").count() == 1


def test_nothing_is_merged_before_somebody_confirms(partner, officer):
    batch = taken_in(partner, actor=officer)
    assert batch.status == Status.READY
    assert merge_batch(batch_id=batch.pk).status == Status.READY
    assert not Subject.objects.exists()
    confirm(actor=officer, batch_id=batch.pk)
    assert merge_batch(batch_id=batch.pk).status == Status.DONE
    assert Subject.objects.count() == 20


def test_a_cancelled_batch_leaves_no_row_and_no_file(partner, officer, django_capture_on_commit_callbacks):
    batch = taken_in(partner, actor=officer)
    stored = path_of(batch.file)
    assert stored.exists()
    assert batch.rows.count() == 20
    with django_capture_on_commit_callbacks(execute=True):
        cancel(actor=officer, batch_id=batch.pk)
    assert not stored.exists()
    assert not batch.rows.exists()
    with pytest.raises(NotPossible):
        confirm(actor=officer, batch_id=batch.pk)


@pytest.mark.parametrize("verb", [confirm, cancel, resume])
def test_who_may_not_decide_is_refused(partner, agent, verb):
    batch = taken_in(partner)
    with pytest.raises(PermissionDenied):
        verb(actor=agent, batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.status == Status.READY


def test_bringing_in_needs_leave(partner, agent):
    with pytest.raises(PermissionDenied):
        taken_in(partner, actor=agent)
    assert not Batch.objects.exists()


def test_what_an_error_stopped_goes_on_where_it_was(partner, officer):
    batch = taken_in(partner)
    confirm(actor=officer, batch_id=batch.pk)
    fail(batch_id=batch.pk, error="OperationalError")
    batch.refresh_from_db()
    assert batch.status == Status.FAILED
    assert resume(actor=officer, batch_id=batch.pk).status == Status.MERGING
    assert merge_batch(batch_id=batch.pk).figures["new"] == 20


def test_reading_that_stopped_is_read_anew(partner, officer):
    batch = taken_in(partner)
    Batch.objects.filter(pk=batch.pk).update(status=Status.READING)
    assert batch.rows.count() == 20
    again = read_batch(batch_id=batch.pk)
    assert (again.status, again.figures["rows"], batch.rows.count()) == (Status.READY, 20, 20)
