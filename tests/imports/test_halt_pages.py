"""The page of a file whose work stands still: why, what is kept, and what can be done; and of one that came before."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.choices import Role
from apps.imports import tasks
from apps.imports.choices import Status
from apps.imports.models import Batch
from apps.imports.services import judging, merging
from apps.imports.services.deciding import confirm, fail, stop
from apps.imports.services.merging import merge_batch
from apps.imports.services.receiving import Intake, receive
from tests.factories import make_user
from tests.imports.test_decide import ROWS, taken_in
from tests.imports.test_stop import when


@pytest.fixture
def jobs(monkeypatch) -> list[tuple[str, int]]:
    """Jobs that were queued, as (task, batch)."""
    queued: list[tuple[str, int]] = []
    for name in ("read_batch", "merge_batch"):
        monkeypatch.setattr(getattr(tasks, name), "defer", lambda batch_id, n=name: queued.append((n, batch_id)))
    return queued


def page(client: Client, batch: Batch) -> str:
    return client.get(reverse("admin:imports_batch_change", args=[batch.pk])).content.decode()


def press(client: Client, batch: Batch, button: str) -> str:
    return client.post(reverse(f"admin:imports_batch_{button}", args=[batch.pk]), follow=True).content.decode()


def offered(html: str, batch: Batch) -> set[str]:
    """What can be pressed."""
    buttons = ("stop", "cancel", "resume", "finish", "confirm")
    return {button for button in buttons if reverse(f"admin:imports_batch_{button}", args=[batch.pk]) in html}


def half_merged(partner, monkeypatch, officer) -> Batch:
    monkeypatch.setattr(judging, "CHUNK_ROWS", 8)
    batch = confirm(actor=officer, batch_id=taken_in(partner).pk)
    with monkeypatch.context() as patched:
        when(patched, merging, "_merge_next", lambda: stop(actor=officer, batch_id=batch.pk), call=2)
        return merge_batch(batch_id=batch.pk)


def test_waiting_it_can_be_stopped_and_taken_up_again(desk, partner, officer, jobs):
    intake = Intake()
    intake.write(ROWS.encode())
    batch = receive(actor=officer, partner=partner, kind="members", stored=intake.finish())
    html = page(desk, batch)
    assert "Waiting for a worker" in html
    assert offered(html, batch) == {"stop", "cancel"}
    html = press(desk, batch, "stop")
    assert f"{officer} stopped the work." in html
    assert "nothing of it is in the registers" in html
    assert offered(html, batch) == {"cancel", "resume"}
    press(desk, batch, "resume")
    assert jobs == [("read_batch", batch.pk)]
    assert Batch.objects.get().status == Status.UPLOADED


def test_half_merged_it_says_how_much_is_in(desk, partner, officer, monkeypatch, jobs):
    batch = half_merged(partner, monkeypatch, officer)
    html = page(desk, batch)
    assert "8 of 20 rows are merged and stay so. The other 12 are kept." in html
    assert "What is done so far" in html
    assert offered(html, batch) == {"resume", "finish"}
    assert "merged already" in press(desk, batch, "cancel")
    press(desk, batch, "resume")
    assert jobs == [("merge_batch", batch.pk)]


def test_the_rest_can_be_left(desk, partner, officer, monkeypatch, jobs):
    batch = half_merged(partner, monkeypatch, officer)
    press(desk, batch, "finish")
    assert jobs == [("merge_batch", batch.pk)]
    assert "can&#x27;t be changed any more" in press(desk, batch, "resume")
    merge_batch(batch_id=batch.pk)
    html = page(desk, batch)
    assert "Left out when the merge was ended early" in html
    assert "What was done" in html
    assert offered(html, batch) == set()


@pytest.mark.parametrize(
    ("error", "said"),
    [("OperationalError", "the database could not be reached"), ("ZeroDivisionError", "an error in the program")],
)
def test_a_failed_one_says_what_failed_and_what_is_kept(desk, partner, officer, error, said):
    batch = confirm(actor=officer, batch_id=taken_in(partner).pk)
    fail(batch_id=batch.pk, error=error)
    html = page(desk, batch)
    assert said in html
    assert f"({error})" in html
    assert "not a row is merged yet" in html
    assert offered(html, batch) == {"cancel", "resume"}


def test_an_auditor_sees_why_and_presses_nothing(client, partner, officer, monkeypatch):
    batch = half_merged(partner, monkeypatch, officer)
    client.force_login(make_user(Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    html = page(client, batch)
    assert "8 of 20 rows are merged" in html
    assert offered(html, batch) == set()


def test_a_file_that_was_imported_is_offered_as_such_before_it_is_read(desk, partner, jobs):
    first = taken_in(partner)
    confirm(actor=None, batch_id=first.pk)
    merge_batch(batch_id=first.pk)
    file = SimpleUploadedFile("again.csv", ROWS.encode())
    answer = desk.post(
        reverse("admin:imports_batch_add"), {"partner": partner.pk, "kind": "members", "file": file}, follow=True
    )
    second, html = Batch.objects.latest("pk"), answer.content.decode()
    assert second.status == Status.UPLOADED
    assert "The same file is already imported" in html
    assert f"Open {first.reference}" in html
    assert "Don't import it again" in html
    press(desk, second, "cancel")
    assert Batch.objects.get(pk=second.pk).status == Status.CANCELLED


def test_a_file_that_was_begun_leads_to_where_it_stands_still(desk, partner, officer, monkeypatch):
    first = half_merged(partner, monkeypatch, officer)
    html = page(desk, taken_in(partner))
    assert "the work on it was stopped" in html
    assert reverse("admin:imports_batch_change", args=[first.pk]) in html
