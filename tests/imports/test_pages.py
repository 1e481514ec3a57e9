"""The pages about files: who sees what, what an upload does, what the preview shows."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core.files import open_stored, path_of
from apps.imports.choices import Kind, Phase, Status
from apps.imports.models import Batch
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.imports.services.reading import read_batch
from apps.imports.services.rejecting import rejects
from tests.factories import make_user
from tests.imports.conftest import FILES
from tests.imports.test_decide import taken_in

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
ADD = reverse("admin:imports_batch_add")


def _signed_in(role: str, **options: object) -> Client:
    client = Client(**options)
    client.force_login(make_user(role), backend=MODEL_BACKEND)
    return client


def _upload(client: Client, partner, content: bytes, kind: str = Kind.MEMBERS, **more: str):
    file = SimpleUploadedFile("участники Иванова.csv", content)
    return client.post(ADD, {"partner": partner.pk, "kind": kind, "file": file, **more})


@pytest.fixture
def jobs(monkeypatch) -> list[tuple[str, int]]:
    """Jobs that were queued, as (task, batch)."""
    from apps.imports import tasks

    queued: list[tuple[str, int]] = []
    for name in ("read_batch", "merge_batch"):
        task = getattr(tasks, name)
        monkeypatch.setattr(task, "defer", lambda batch_id, name=name: queued.append((name, batch_id)))
    return queued


def test_an_upload_becomes_an_encrypted_file_a_batch_and_a_job(desk, partner, jobs, settings):
    content = (FILES / "tulpar-members.csv").read_bytes()
    response = _upload(desk, partner, content)
    batch = Batch.objects.get()
    assert response.status_code == 302
    assert response.url == reverse("admin:imports_batch_change", args=[batch.pk])
    assert jobs == [("read_batch", batch.pk)]
    assert (batch.status, batch.size, batch.kind) == (Status.UPLOADED, len(content), Kind.MEMBERS)
    with open_stored(batch.file) as stored:
        assert stored.read() == content
    assert content[200:240] not in path_of(batch.file).read_bytes()
    assert Entry.objects.get(action="imports.upload").actor == batch.created_by


@pytest.mark.parametrize(
    ("content", "more", "words"),
    [
        (b"", {}, "The file is empty"),
        (b"x" * 5000, {}, "larger than"),
        (b"phone\n0555123401\n", {"partner": "0"}, "Select a valid choice"),
        (b"phone\n0555123401\n", {"kind": "cats"}, "Select a valid choice"),
    ],
)
def test_an_upload_that_can_not_be_is_told_and_leaves_nothing(desk, partner, settings, content, more, words):
    settings.IMPORT_MAX_BYTES = 4000
    response = desk.post(
        ADD, {"partner": partner.pk, "kind": "members", "file": SimpleUploadedFile("f.csv", content), **more}
    )
    assert response.status_code == 400
    assert words in response.content.decode()
    assert not Batch.objects.exists()
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_no_file_at_all_is_told(desk, partner):
    response = desk.post(ADD, {"partner": partner.pk, "kind": "members"})
    assert "This field is required" in response.content.decode()


def test_an_upload_from_another_site_is_refused_and_leaves_nothing(partner, settings):
    client = _signed_in(Role.OFFICER, enforce_csrf_checks=True)
    assert _upload(client, partner, b"phone\n0555123401\n").status_code == 403
    assert not Batch.objects.exists()
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_the_name_of_the_file_is_nowhere(desk, partner, jobs):
    _upload(desk, partner, b"phone\n0555123401\n")
    batch = Batch.objects.get()
    stored = str(Batch.objects.values().get()) + str(list(Entry.objects.values()))
    assert "Иванова" not in stored
    assert batch.file


LOOKS = {Role.OFFICER, Role.LEAD, Role.PARTNER_MANAGER, Role.AUDITOR}
WORKS = {Role.OFFICER, Role.LEAD, Role.PARTNER_MANAGER}
PAGES = [
    ("imports_batch_changelist", "get", LOOKS),
    ("imports_batch_add", "get", WORKS),
    ("imports_batch_change", "get", LOOKS),
    ("imports_batch_progress", "get", LOOKS),
    ("imports_batch_confirm", "post", WORKS),
    ("imports_batch_cancel", "post", WORKS),
    ("imports_batch_resume", "post", WORKS),
    ("imports_batch_stop", "post", WORKS),
    ("imports_batch_finish", "post", WORKS),
    ("imports_batch_rejects", "post", WORKS),
]


@pytest.mark.parametrize("role", Role.values)
def test_each_page_opens_for_its_roles_only(partner, jobs, role):
    client, batch = _signed_in(role), taken_in(partner)
    for page, method, allowed in PAGES:
        Batch.objects.update(status=Status.READY)
        args = [] if page in {"imports_batch_changelist", "imports_batch_add"} else [batch.pk]
        response = getattr(client, method)(reverse(f"admin:{page}", args=args))
        assert (response.status_code == 403) == (role not in allowed), page
        assert response.status_code in {200, 302, 403}, page
        if role not in allowed:
            assert Batch.objects.get().status == Status.READY
            assert jobs == []


@pytest.mark.parametrize("page", [page for page, method, _ in PAGES if method == "post"])
def test_nothing_is_changed_by_a_get(desk, partner, jobs, page):
    batch = taken_in(partner)
    assert desk.get(reverse(f"admin:{page}", args=[batch.pk])).status_code in {404, 405}
    assert Batch.objects.get().status == Status.READY
    assert jobs == []


def test_the_preview_shows_figures_and_no_value(desk, partner, officer):
    batch = taken_in(partner, (FILES / "tulpar-members.csv").read_bytes().decode("cp1251"))
    page = desk.get(reverse("admin:imports_batch_change", args=[batch.pk])).content.decode()
    assert "What confirming would do" in page
    assert "Under 12 on the day of the import" in page
    assert "+996 ••• ••• 201" in page
    assert "birth date" in page
    for value in ("Садыкова", "0700 111 201", "111201", "begimai@example.kg", "Киевская", "1990", "Ырысбаев"):
        assert value not in page, value


def test_confirming_queues_the_merge_and_the_second_is_told(desk, partner, jobs):
    batch = taken_in(partner)
    url = reverse("admin:imports_batch_confirm", args=[batch.pk])
    assert desk.post(url).status_code == 302
    assert jobs == [("merge_batch", batch.pk)]
    told = desk.post(url, follow=True).content.decode()
    assert "can&#x27;t be changed any more" in told
    assert len(jobs) == 1


def test_the_result_and_the_refusal_have_their_page(desk, partner, write):
    batch = taken_in(partner)
    confirm(actor=None, batch_id=batch.pk)
    merge_batch(batch_id=batch.pk)
    assert "What was done" in desk.get(reverse("admin:imports_batch_change", args=[batch.pk])).content.decode()
    refused = taken_in(partner, "phone,IMEI\n1,2\n")
    page = desk.get(reverse("admin:imports_batch_change", args=[refused.pk])).content.decode()
    assert "IMEI" in page
    assert "refused whole" in page


def test_the_same_file_again_is_recognised(desk, partner):
    first = taken_in(partner)
    confirm(actor=None, batch_id=first.pk)
    merge_batch(batch_id=first.pk)
    second = taken_in(partner)
    page = desk.get(reverse("admin:imports_batch_change", args=[second.pk])).content.decode()
    assert "already imported" in page
    assert reverse("admin:imports_batch_change", args=[first.pk]) in page
    other = taken_in(partner, "phone\n0555999999\n")
    assert "already imported" not in desk.get(reverse("admin:imports_batch_change", args=[other.pk])).content.decode()


def test_progress_says_how_far_it_is(desk, partner):
    batch = taken_in(partner)
    url = reverse("admin:imports_batch_progress", args=[batch.pk])
    assert "data-busy" not in desk.get(url).content.decode()
    Batch.objects.filter(pk=batch.pk).update(status=Status.MERGING, phase=Phase.MERGING, rows_done=5)
    busy = desk.get(url).content.decode()
    assert "data-busy" in busy
    assert 'aria-valuenow="25"' in busy


def test_there_is_no_page_for_a_batch_that_is_not_there(desk):
    for name in ("change", "progress"):
        assert desk.get(reverse(f"admin:imports_batch_{name}", args=[4711])).status_code == 404


def test_lists_and_pages_ask_few_questions(desk, partner, django_assert_max_num_queries):
    batches = [taken_in(partner, f"phone\n05551234{n:02d}\n") for n in range(10)]
    with django_assert_max_num_queries(20) as seen:
        assert desk.get(reverse("admin:imports_batch_changelist")).status_code == 200
    assert not any("count(" in query["sql"].lower() for query in seen.captured_queries)
    with django_assert_max_num_queries(20):
        assert desk.get(reverse("admin:imports_batch_change", args=[batches[0].pk])).status_code == 200


def test_tasks_do_the_work(partner, officer):
    from apps.imports import tasks

    batch = taken_in(partner)
    Batch.objects.filter(pk=batch.pk).update(status=Status.UPLOADED)
    tasks.read_batch(batch_id=batch.pk)
    confirm(actor=officer, batch_id=batch.pk)
    tasks.merge_batch(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.status == Status.DONE


def test_a_task_that_breaks_says_so_on_the_batch(partner, monkeypatch):
    from apps.imports import tasks
    from apps.imports.services import reading

    def broken(**kwargs: object) -> None:
        raise ZeroDivisionError

    batch = taken_in(partner)
    Batch.objects.filter(pk=batch.pk).update(status=Status.READING)
    monkeypatch.setattr(reading, "read_batch", broken)
    with pytest.raises(ZeroDivisionError):
        tasks.read_batch(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.status == Status.FAILED
    assert Entry.objects.get(action="imports.fail").facts == {"error": "ZeroDivisionError"}
    assert read_batch(batch_id=batch.pk).status == Status.FAILED


@pytest.mark.parametrize(
    ("rows", "offered"),
    [
        ("0555123401,Анна,01.06.1990\n", False),
        ("0555123401,Бектур,01.06.2022\n", False),  # in quarantine: goes nowhere
        ("0555123401,Анна,30.02.1990\n", True),  # taken in without a value
        ("1,Анна,01.06.1990\n", True),
        ("0555123401,Анна,01.06.1990\n0555123401,Анна,01.06.1990\n", False),
    ],
)
@pytest.mark.parametrize("merged", [False, True])
def test_the_download_is_offered_when_there_is_something_in_it(desk, officer, partner, rows, offered, merged):
    batch = taken_in(partner, "phone,full name,birth date\n" + rows)
    assert batch.figures["rows"] == rows.count("\n")
    if merged:
        confirm(actor=None, batch_id=batch.pk)
        batch = merge_batch(batch_id=batch.pk)
    html = desk.get(reverse("admin:imports_batch_change", args=[batch.pk])).content.decode()
    assert batch.reference in html
    assert ("Download refused rows" in html) is offered
    lines = b"".join(rejects(actor=officer, batch=batch)).decode().splitlines()
    assert (len(lines) > 1) is offered


def test_an_auditor_sees_figures_and_nobody_s_row(desk, client, partner):
    batch = taken_in(partner, (FILES / "tulpar-members.csv").read_bytes().decode("cp1251"))
    page = reverse("admin:imports_batch_change", args=[batch.pk])
    assert "First rows" in desk.get(page).content.decode()
    client.force_login(make_user(Role.AUDITOR))
    html = client.get(page).content.decode()
    assert "What confirming would do" in html
    assert "First rows" not in html
    assert "+996" not in html
