"""The pages about campaigns: what an upload does, what a result shows, who gets rows."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.campaigns import tasks
from apps.campaigns.choices import Status
from apps.campaigns.models import FOLDER, Campaign, Send
from apps.campaigns.services import running, scrubbing
from apps.campaigns.services.keeping import FILE_DAYS, let_go_of_old
from apps.campaigns.services.running import run_campaign
from apps.core import clock
from apps.core.errors import NotPossible
from apps.core.files import EncryptedWriter, open_stored, path_of
from apps.optouts.models import SaltOwner
from tests.campaigns.conftest import refuse
from tests.factories import IdentifierFactory, make_user

pytestmark = pytest.mark.django_db

ADD, LIST, WHY = (reverse(f"admin:campaigns_{name}") for name in ("campaign_add", "campaign_changelist", "why"))
REFUSED = "+996555123401"
CONTENT = "id;телефон;имя\r\n1;0555 000 111;Анна\r\n2;0555 123 401;Бектур\r\n3;жок;Осмон\r\n".encode()


@pytest.fixture
def jobs(monkeypatch) -> list[int]:
    """Campaigns whose scrub was queued."""
    queued: list[int] = []
    monkeypatch.setattr(tasks.run_campaign, "defer", lambda campaign_id: queued.append(campaign_id))
    return queued


def upload(client: Client, content: bytes = CONTENT, **more: object):
    data = {"title": "Күзгү сунуш", "channel": "sms", "purpose": "advertising", "sender": "operator"}
    return client.post(ADD, {**data, "file": SimpleUploadedFile("список Иванова.csv", content), **more})


@pytest.fixture
def done(desk, jobs) -> Campaign:
    """A campaign that was uploaded and scrubbed."""
    refuse(REFUSED)
    upload(desk)
    return run_campaign(campaign_id=Campaign.objects.get().pk)


def page(client: Client, campaign: Campaign) -> str:
    return client.get(reverse("admin:campaigns_campaign_change", args=[campaign.pk])).content.decode()


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(make_user(role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_upload_becomes_an_encrypted_file_a_campaign_and_a_job(desk, officer, jobs):
    response = upload(desk)
    campaign = Campaign.objects.get()
    assert response.url == reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    assert jobs == [campaign.pk]
    assert (campaign.status, campaign.created_by, campaign.size) == (Status.UPLOADED, officer, len(CONTENT))
    with open_stored(campaign.file) as stored:
        assert stored.read() == CONTENT
    assert b"0555" not in path_of(campaign.file).read_bytes()
    assert "data-busy" in page(desk, campaign)
    assert Entry.objects.get(action="campaigns.upload").actor == officer


@pytest.mark.parametrize(
    ("content", "more", "words"),
    [
        (b"", {}, "The file is empty"),
        (CONTENT, {"title": ""}, "This field is required"),
        (CONTENT, {"channel": "all"}, "Select a valid choice"),
        (CONTENT, {"purpose": "spam"}, "Select a valid choice"),
        (CONTENT, {"sender": "nobody"}, "Select a valid choice"),
    ],
)
def test_an_upload_that_can_not_be_is_told_and_leaves_nothing(desk, jobs, settings, content, more, words):
    response = upload(desk, content, **more)
    assert response.status_code == 400
    assert words in response.content.decode()
    assert not Campaign.objects.exists()
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_the_result_shows_figures_and_no_value(desk, done):
    html = page(desk, done)
    for words in ("What became of the rows", "The person refused", "True as of", "Digest of the list", "телефон"):
        assert words in html, words
    for value in ("000 111", "000111", "Бектур", "Анна"):
        assert value not in html, value
    assert done.reference in desk.get(LIST).content.decode()


def test_the_list_itself_is_destroyed_once_it_is_scrubbed(done, settings):
    done.refresh_from_db()
    assert done.file == ""
    stored = {str(path.relative_to(settings.MEDIA_ROOT)) for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}
    assert stored == set(done.files.values())


def test_rows_are_downloaded_byte_for_byte_and_that_is_recorded(desk, done):
    url = reverse("admin:campaigns_campaign_download", args=[done.pk, "kept"])
    assert desk.get(url).status_code == 404
    response = desk.post(url)
    assert b"".join(response.streaming_content) == CONTENT.splitlines(keepends=True)[0] + CONTENT.splitlines(True)[1]
    assert response["Content-Disposition"] == f'attachment; filename="{done.reference}-kept.csv"'
    assert "no-store" in response["Cache-Control"]
    entry = Entry.objects.get(action="campaigns.download")
    assert entry.facts == {"part": "kept", "rows": 1}
    removed = desk.post(reverse("admin:campaigns_campaign_download", args=[done.pk, "removed"]))
    assert "refusal" in b"".join(removed.streaming_content).decode()
    assert desk.post(reverse("admin:campaigns_campaign_download", args=[done.pk, "all"])).status_code == 404


def test_an_auditor_sees_figures_and_gets_no_row(done):
    client = signed_in(Role.AUDITOR)
    html = page(client, done)
    assert "What became of the rows" in html
    assert "/rows/kept/" not in html
    assert client.post(reverse("admin:campaigns_campaign_download", args=[done.pk, "kept"])).status_code == 403


def test_rows_have_a_term_and_figures_stay(desk, done, settings):
    with clock.standing_at(clock.now() + timedelta(days=FILE_DAYS + 1)):
        let_go_of_old()
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []
    html = page(desk, done)
    assert "The rows are no longer here" in html
    assert "What became of the rows" in html
    told = desk.post(reverse("admin:campaigns_campaign_download", args=[done.pk, "kept"]), follow=True)
    assert "no longer there" in told.content.decode()


def test_a_list_whose_column_nobody_can_tell_waits_for_an_answer(desk, jobs):
    refuse(REFUSED)
    upload(desk, "кто;куда;запасной\nАнна;0555000111;0555123401\n".encode())
    campaign = run_campaign(campaign_id=jobs[0])
    assert campaign.status == Status.ASKING
    html = page(desk, campaign)
    assert "Which column holds the addresses?" in html
    assert "+996 ••• ••• 111" in html
    assert "0555000111" not in html
    desk.post(reverse("admin:campaigns_campaign_column", args=[campaign.pk]), {"column": "#2"})
    assert jobs == [campaign.pk] * 2
    campaign = run_campaign(campaign_id=campaign.pk)
    assert (campaign.status, campaign.kept) == (Status.DONE, 1)
    told = desk.post(reverse("admin:campaigns_campaign_column", args=[campaign.pk]), {"column": "#3"}, follow=True)
    assert "can&#x27;t be changed any more" in told.content.decode()


def test_a_list_that_is_none_is_refused_and_leaves_nothing(desk, jobs, settings, django_capture_on_commit_callbacks):
    upload(desk, b'phone\n"0555000111\n')
    with django_capture_on_commit_callbacks(execute=True):
        campaign = run_campaign(campaign_id=jobs[0])
    assert campaign.status == Status.REFUSED
    html = page(desk, campaign)
    assert "refused whole" in html
    assert "never closed" in html
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_an_error_stops_the_scrub_leaves_nothing_and_can_be_mended(desk, jobs, monkeypatch, settings):
    upload(desk)

    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(running.Scrub, "_finish", broken)
    with pytest.raises(ZeroDivisionError):
        tasks.run_campaign(campaign_id=jobs[0])
    campaign = Campaign.objects.get()
    assert campaign.status == Status.FAILED
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == [path_of(campaign.file)]
    assert "can begin again" in page(desk, campaign)
    monkeypatch.undo()
    desk.post(reverse("admin:campaigns_campaign_resume", args=[campaign.pk]))
    assert run_campaign(campaign_id=campaign.pk).status == Status.DONE


def test_a_worker_that_was_taken_for_dead_comes_too_late(desk, jobs, monkeypatch, settings):
    upload(desk)
    write_back = scrubbing.write_back

    def overtaken(*args: object, **kwargs: object) -> None:
        monkeypatch.setattr(scrubbing, "write_back", write_back)
        write_back(*args, **kwargs)
        run_campaign(campaign_id=jobs[0])

    monkeypatch.setattr(scrubbing, "write_back", overtaken)
    with pytest.raises(NotPossible, match="can't be changed any more"):
        run_campaign(campaign_id=jobs[0])
    campaign = Campaign.objects.get()
    assert (campaign.status, campaign.pages.count()) == (Status.DONE, 1)
    stored = {str(path.relative_to(settings.MEDIA_ROOT)) for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}
    assert stored == set(campaign.files.values())
    assert Entry.objects.filter(action="campaigns.scrub").count() == 1


def test_parts_that_nobody_claimed_are_swept_away(done, settings):
    with EncryptedWriter(FOLDER) as orphan:
        orphan.write(b"0555000111")
    let_go_of_old()
    assert path_of(orphan.name).exists()  # somebody may be at it
    with clock.standing_at(clock.now() + timedelta(days=2)):
        let_go_of_old()
    assert not path_of(orphan.name).exists()
    assert all(path_of(name).exists() for name in done.files.values())


def test_a_waiting_list_can_be_let_go(desk, jobs, settings, django_capture_on_commit_callbacks):
    upload(desk, b"a;b\n1;2\n")
    campaign = run_campaign(campaign_id=jobs[0])
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(reverse("admin:campaigns_campaign_cancel", args=[campaign.pk]))
    campaign.refresh_from_db()
    assert campaign.status == Status.CANCELLED
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_a_sending_after_an_opt_out_is_told_on_its_page_in_the_list_and_at_the_start(desk, done):
    person = IdentifierFactory(value="+996555000111").subject
    refuse("+996555000111")
    url = reverse("admin:campaigns_campaign_sent", args=[done.pk])
    with clock.standing_at(clock.now()):
        answer = desk.post(url, {"sent_at": f"{localtime(clock.now()):%Y-%m-%dT%H:%M}"}, follow=True)
    html = answer.content.decode()
    assert "1 address got this after its opt-out" in html
    assert person.reference in html
    assert "000111" not in html
    start = desk.get(reverse("admin:index")).content.decode()
    assert "Sent after an opt-out" in start
    assert done.reference in desk.get(f"{LIST}?alarm=yes").content.decode()
    send = Send.objects.get()
    desk.post(reverse("admin:campaigns_campaign_note", args=[done.pk, send.pk]))
    assert "taken note of by" in page(desk, done)
    assert done.reference not in desk.get(f"{LIST}?alarm=yes").content.decode()


def test_a_moment_that_is_none_is_told(desk, done):
    url = reverse("admin:campaigns_campaign_sent", args=[done.pk])
    assert "Enter a valid date/time" in desk.post(url, {"sent_at": "soon"}, follow=True).content.decode()
    assert not Send.objects.exists()


def test_why_did_i_get_this_by_post_only_and_nothing_is_kept(agent, done):
    client = signed_in(Role.AGENT)
    answer = client.post(WHY, {"typed": "0555 000 111"})
    html = answer.content.decode()
    assert "Күзгү сунуш" in html
    assert "No refusal that concerned it was in force then" in html
    assert "no-store" in answer["Cache-Control"]
    assert "was in no list" in client.post(WHY, {"typed": "0555 999 999"}).content.decode()
    assert "no complete value" in client.post(WHY, {"typed": "12"}).content.decode()
    assert "Күзгү" not in client.get(WHY, {"typed": "0555 000 111"}).content.decode()


def test_a_salt_is_shown_once_and_the_digests_are_downloaded(desk, partner, settings):
    page = reverse("admin:campaigns_salts")
    assert "Bereke" in desk.get(page).content.decode()
    make = reverse("admin:campaigns_make_salt", args=[partner.pk])
    assert desk.get(make).status_code == 404
    shown = desk.post(make)
    salt = SaltOwner.objects.get()
    assert salt.salt in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert salt.salt not in desk.get(page).content.decode()
    IdentifierFactory(value=REFUSED)
    refuse(REFUSED)
    response = desk.post(
        reverse("admin:campaigns_give_hashes", args=[partner.pk]), {"channel": "sms", "purpose": "advertising"}
    )
    lines = b"".join(response.streaming_content).split()
    assert lines[0] == b"sha256"
    assert len(lines) == 2
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []
    assert "1 digests" in desk.get(page).content.decode()


def test_a_hashed_list_is_chosen_by_its_partner(desk, jobs, partner):
    desk.post(reverse("admin:campaigns_make_salt", args=[partner.pk]))
    salt = SaltOwner.objects.get()
    assert upload(desk, b"h\n" + b"0" * 64 + b"\n", salt=salt.pk, with_links="on").status_code == 400
    upload(desk, b"h\n" + b"0" * 64 + b"\n", salt=salt.pk)
    campaign = run_campaign(campaign_id=jobs[0])
    assert (campaign.salt, campaign.kept) == (salt, 1)
    assert "hashed list of Bereke" in page(desk, campaign)


def test_nothing_is_changed_by_a_get(desk, done):
    for name in ("column", "cancel", "resume", "sent"):
        assert desk.get(reverse(f"admin:campaigns_campaign_{name}", args=[done.pk])).status_code == 405
    assert not Send.objects.exists()


def test_lists_and_pages_ask_few_questions(desk, jobs, django_assert_max_num_queries):
    refuse(REFUSED)
    for number in range(8):
        upload(desk, title=f"Campaign {number}")
        run_campaign(campaign_id=jobs[-1])
    with django_assert_max_num_queries(20) as seen:
        assert desk.get(LIST).status_code == 200
    assert not any("count(" in query["sql"].lower() for query in seen.captured_queries)
    with django_assert_max_num_queries(20):
        assert "Sendings" in page(desk, Campaign.objects.first())
