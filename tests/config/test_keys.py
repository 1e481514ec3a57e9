"""Keys: made once for a home on the embedded database, demanded before anything starts on a server's."""

import base64
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from config.home import KEY_NAMES, ensure_keys_file

ROOT = Path(__file__).resolve().parents[2]
KEY = base64.b64encode(bytes(range(32))).decode()
KEYS = {
    "SECRET_KEY": "s" * 60,
    "AMANAT_ENCRYPTION_KEYS": f"1:{KEY}",
    "AMANAT_DIGEST_KEY": KEY,
    "AMANAT_LINK_KEYS": f"1:{KEY}",
}


def test_keys_are_written_once_and_for_their_owner_only(tmp_path):
    home = tmp_path / "home"
    path = ensure_keys_file(home)
    first = path.read_text()
    assert [line.partition("=")[0] for line in first.splitlines()] == list(KEY_NAMES)
    assert path.stat().st_mode & 0o777 == 0o600
    assert ensure_keys_file(home).read_text() == first
    assert [file.name for file in home.iterdir()] == ["keys"]


def test_those_who_start_together_agree_on_one_set(tmp_path):
    barrier, seen = threading.Barrier(8), []

    def start() -> None:
        barrier.wait()
        seen.append(ensure_keys_file(tmp_path).read_text())

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["keys"]


def run(home: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command of a fresh process in a folder without keys, on a server database unless told otherwise."""
    environment = {name: value for name, value in os.environ.items() if name not in KEY_NAMES}
    environment |= {"AMANAT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment |= {"DATABASE_URL": "postgres://nobody@localhost:1/none", **variables}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", [("manage.py", "check"), ("-c", "import config.wsgi")], ids=["check", "web server"])
def test_nothing_starts_on_a_server_database_without_keys(tmp_path, command):
    refused = run(tmp_path, *command)
    assert refused.returncode != 0
    assert "core.E001" in refused.stderr
    for name in KEY_NAMES:
        assert name in refused.stderr
    assert not (tmp_path / "keys").exists(), "keys are never made up for a server's database"
    started = run(tmp_path, *command, **KEYS)
    assert started.returncode == 0, started.stderr


def test_a_key_that_is_none_is_named_and_not_shown(tmp_path):
    refused = run(tmp_path, "manage.py", "check", **{**KEYS, "AMANAT_DIGEST_KEY": "not-a-key-at-all"})
    assert refused.returncode != 0
    assert "core.E002" in refused.stderr
    assert "not-a-key-at-all" not in refused.stderr


@pytest.mark.embedded
def test_the_embedded_database_makes_its_own(tmp_path):
    started = run(tmp_path, "manage.py", "check", DATABASE_URL="")
    assert started.returncode == 0, started.stderr
    assert (tmp_path / "keys").exists()
    assert "Warning" not in started.stderr
