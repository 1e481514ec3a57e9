"""The demo: loaded through the desk's own services, harmless when run again, served and stopped as one."""

import http.client
import signal
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.choices import Role
from apps.core import identifiers
from apps.portal.demo import files, staff, story
from apps.portal.demo.partners import PARTNERS
from apps.portal.demo.people import people
from apps.portal.demo.story import CHAPTERS, Story
from tests.servers import ROOT, Home

COUNTED = ("subjects_subject", "subjects_identifier", "subjects_personalrecord", "optouts_optoutevent",
           "optouts_suppression", "imports_batch", "audit_entry", "accounts_user", "partners_partner")  # fmt: skip


def figures(home: Home) -> dict[str, int]:
    return {table: home.value(f"SELECT count(*) FROM {table}") for table in COUNTED}


def test_people_are_the_same_every_time_and_nobody_s():
    cast = people(300)
    assert cast == people(300)
    assert len({person.phone for person in cast}) == 300
    assert len({person.token for person in cast}) == 300
    for person in cast:
        assert identifiers.normalise("phone", person.e164) == person.e164
        assert person.e164[4:6] in {"60", "61", "64", "69"}, "no operator has these numbers"
        assert not person.email or person.email.endswith(".example")


@pytest.mark.parametrize("habit", PARTNERS, ids=lambda habit: habit.code)
def test_each_partner_writes_in_its_own_way(habit):
    data = files.members(habit, people(20), people(1)[0].born, mess=0)
    text = data.decode(habit.encoding)
    assert len(text.splitlines()) == 21
    assert text.splitlines()[0] == habit.delimiter.join(files.HEADERS[habit.language])


@pytest.mark.embedded
def test_it_is_lifelike(demo_home):
    held = figures(demo_home)
    assert held["subjects_subject"] > 300
    assert held["subjects_identifier"] > 1000
    assert held["optouts_optoutevent"] > 150
    assert held["partners_partner"] == len(PARTNERS) + 1
    assert held["accounts_user"] == len(Role)
    records = "SELECT count(*) FROM subjects_personalrecord WHERE category_id = %s AND key <> ''"
    assert demo_home.value(records, "purchases") > 200
    assert demo_home.value(records, "points") > 10
    assert demo_home.value(records, "geolocation") == demo_home.value(
        "SELECT count(*) FROM consents_consentevent WHERE purpose = 'geolocation' AND state = 'given'"
    ) - demo_home.value(
        "SELECT count(*) FROM consents_consentevent WHERE purpose = 'geolocation' AND state = 'withdrawn'"
    )
    status = "SELECT count(*) FROM imports_batch WHERE status = %s"
    assert demo_home.value(status, "done") == 11
    assert demo_home.value(status, "ready") == 1
    assert demo_home.value(status, "refused") == 1
    assert demo_home.value("SELECT count(*) FROM imports_stagedrow WHERE verdict = 'quarantined'") > 0
    reasons = "SELECT string_agg(s.reason, ' ' ORDER BY s.reason) FROM imports_stagedrow s JOIN imports_batch b"
    waiting = f"{reasons} ON b.id = s.batch_id WHERE s.verdict = 'conflict' AND b.status = 'done'"
    assert demo_home.value(waiting) == "other-phone other-token shared-in-file shared-in-file two-people"
    assert demo_home.value("SELECT count(*) FROM subjects_subject WHERE restricted_at IS NOT NULL") == 3
    assert demo_home.value("SELECT count(*) FROM campaigns_campaign WHERE status = 'done' AND removed > 0") == 2
    assert demo_home.value("SELECT count(*) FROM campaigns_send WHERE late > 0") == 1
    assert demo_home.value("SELECT count(*) FROM cases_case WHERE closed_at IS NULL") > 10
    became = "SELECT string_agg(outcome, ' ' ORDER BY outcome) FROM support_takenmail"
    assert demo_home.value(became) == "aside automatic request request"
    assert demo_home.value("SELECT count(*) FROM support_rectification") > 0
    assert demo_home.value("SELECT count(*) FROM cases_case WHERE paused_at IS NOT NULL") == 2
    assert demo_home.value("SELECT count(*) FROM cases_case WHERE due_at < now() AND closed_at IS NULL") > 0
    assert demo_home.value("SELECT count(*) FROM cases_case WHERE received_at > now()") == 0


@pytest.mark.embedded
def test_its_history_lies_in_the_past_as_told(demo_home):
    spread = "SELECT count(DISTINCT date(recorded_at)) FROM optouts_optoutevent WHERE recorded_at < now()"
    assert demo_home.value(spread) > 20
    assert demo_home.value("SELECT count(*) FROM optouts_optoutevent WHERE recorded_at > now()") == 0
    entries = "SELECT count(*) FROM audit_entry WHERE action = 'optouts.take' AND at < now() - interval '7 days'"
    assert demo_home.value(entries) > 5


@pytest.mark.embedded
def test_loading_it_again_changes_nothing(demo_home):
    before = figures(demo_home)
    assert before["subjects_subject"]
    again = demo_home.manage("demo", "--load-only")
    assert figures(demo_home) == before
    assert not any(f"  {chapter}" in again.stdout for chapter in CHAPTERS)


@pytest.mark.embedded
def test_a_database_of_somebody_else_s_is_left_alone(demo_home):
    demo_home.value("UPDATE accounts_user SET email = 'a@real.example' WHERE email = 'agent@demo.example' RETURNING 1")
    try:
        refused = demo_home.manage("demo", "--load-only", check=False)
        assert refused.returncode != 0
        assert "holds people already" in refused.stderr
        assert "Traceback" not in refused.stderr
    finally:
        demo_home.value(
            "UPDATE accounts_user SET email = 'agent@demo.example' WHERE email = 'a@real.example' RETURNING 1"
        )


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_a_port_that_is_none_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CommandError, match="from 1 to 65535"):
        call_command("demo")


@pytest.mark.embedded
def test_a_port_in_use_is_said_before_anything_is_done(demo_home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT, env=demo_home.variables(PORT=str(port)), capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert refused.returncode != 0
    assert f"Port {port} is in use" in refused.stderr
    assert "Preparing" not in refused.stdout


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.embedded
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_it_serves_says_where_and_stops_everything(demo_home, asked):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT, env=demo_home.variables(PORT=str(port)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        text = "".join(said)
        assert f"http://localhost:{port}/" in text
        for role in Role:
            assert staff.address(role) in text
        assert "lantern-by-the-lake" in text
        link = next(line.strip() for line in said if "/u/" in line)
        assert link.startswith(f"http://localhost:{port}/u/")
        for path in ("/accounts/login/", urlsplit(link).path):
            assert status(port, path) == 200
    finally:
        process.send_signal(asked)
        assert process.wait(60) == 0
        process.stdout.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    assert demo_home.value("SELECT count(*) FROM pg_stat_activity WHERE datname = 'amanat'") == 1, "only we are left"


def test_a_made_up_password_stays_the_same(tmp_path, monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    first = staff.password(tmp_path)
    assert len(first) >= 12
    assert staff.password(tmp_path) == first
    assert (tmp_path / "demo-password").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("DEMO_PASSWORD", "given")
    assert staff.password(tmp_path) == "given"


@pytest.mark.django_db
def test_a_story_that_was_interrupted_goes_on_where_it_stopped(monkeypatch):
    told: list[str] = []

    def interrupted(_story: Story) -> None:
        raise KeyboardInterrupt

    chapters = {
        "one": lambda _story: told.append("one"),
        "two": interrupted,
        "three": lambda _story: told.append("three"),
    }
    monkeypatch.setattr(story, "CHAPTERS", chapters)
    with pytest.raises(KeyboardInterrupt):
        story.tell(Story({}), lambda line: None)
    assert told == ["one"]
    chapters["two"] = lambda _story: told.append("two")
    story.tell(Story({}), lambda line: None)
    story.tell(Story({}), lambda line: None)
    assert told == ["one", "two", "three"]
