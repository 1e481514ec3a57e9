"""The embedded server: shared by processes that start at once, outlives those that are killed, stops with the last."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from config.embedded_postgres.server import LONGEST_SOCKET_PATH, Server

pytestmark = pytest.mark.embedded
ROOT = Path(__file__).resolve().parents[2]

USE = """
import sys
from pathlib import Path
from config.embedded_postgres.server import server_of
server = server_of(Path(sys.argv[1]))
server.use()
print(server.pid(), flush=True)
sys.stdin.read()
"""
CONNECT = """
import django, sys
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_database()")
    print(cursor.fetchone()[0], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """Not in pytest's temporary folder: that is cleared when other runs begin, whoever still works in it."""
    folder = Path(tempfile.mkdtemp(prefix="amanat-server-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def data(home: Path) -> Iterator[Path]:
    folder = home / "postgres"
    yield folder
    Server(folder).stop()


class Process:
    """A process that uses the server of a cluster until its input ends."""

    def __init__(self, data: Path, code: str = USE, **options: object) -> None:
        environment = {**os.environ, "AMANAT_HOME": str(data.parent), "DJANGO_SETTINGS_MODULE": "config.settings"}
        self.popen = subprocess.Popen(
            [sys.executable, "-c", code, str(data)],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options,
        )  # fmt: skip

    def line(self) -> str:
        return self.popen.stdout.readline().strip()

    def end(self) -> int:
        self.popen.stdin.close()
        self.popen.stdout.close()
        return self.popen.wait(60)


def answers(data: Path, folder: str | None = None) -> bool:
    try:
        with psycopg.connect(
            host=folder or str(data), user="postgres", dbname="postgres", connect_timeout=5
        ) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_processes_that_start_at_once_share_one_server_which_ends_with_the_last(data):
    processes = [Process(data) for _ in range(3)]
    pids = {process.line() for process in processes}
    assert len(pids) == 1
    assert pids != {""}
    assert answers(data)
    for process in processes[:-1]:
        assert process.end() == 0
    assert answers(data), "one user is left"
    assert processes[-1].end() == 0
    assert not answers(data)
    assert Server(data).pid() is None


def test_a_database_is_made_once_by_processes_that_start_at_once(data):
    processes = [Process(data, CONNECT) for _ in range(3)]
    assert [process.line() for process in processes] == ["amanat"] * 3
    assert [process.end() for process in processes] == [0] * 3


def test_users_that_were_killed_keep_nothing_running(data):
    killed, last = Process(data), Process(data)
    assert killed.line() == last.line()
    killed.popen.send_signal(signal.SIGKILL)
    assert killed.end() == -signal.SIGKILL
    assert answers(data)
    assert last.end() == 0
    assert not answers(data)


def test_a_server_whose_users_were_all_killed_is_found_and_stopped_by_the_next(data):
    first = Process(data)
    pid = first.line()
    first.popen.send_signal(signal.SIGKILL)
    first.end()
    second = Process(data)
    assert second.line() == pid
    second.end()
    assert not answers(data)


def test_a_killed_server_is_started_again_with_what_it_held(data):
    server = Server(data)
    folder = server.use()
    with psycopg.connect(host=folder, user="postgres", dbname="postgres") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    first = psutil.Process(server.pid())
    family = [first, *first.children()]
    first.kill()
    psutil.wait_procs(family, timeout=5)  # the server's own body may lie unburied where nothing plays init
    assert not answers(data)
    with psycopg.connect(host=server.use(), user="postgres", dbname="postgres") as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
    assert server.pid() != first.pid
    server.leave()
    assert not answers(data)


def test_a_server_stopped_by_hand_is_started_by_the_next_connection(data):
    server = Server(data)
    server.use()
    server.stop()
    assert not answers(data)
    server.use()
    assert answers(data)
    server.leave()


def test_a_halted_server_is_neither_replaced_nor_waited_for(data):
    server = Server(data)
    folder = server.use()
    halted = psutil.Process(server.pid())
    halted.suspend()
    try:
        assert server.use() == folder
        assert server.pid() == halted.pid
    finally:
        halted.resume()
    assert answers(data)
    server.leave()


def test_a_pid_file_whose_number_another_program_has_now_is_no_obstacle(data):
    server = Server(data)
    server.use()
    lines = (data / "postmaster.pid").read_text().splitlines()
    server.leave()
    (data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    again = Server(data)
    again.use()
    assert answers(data)
    again.leave()


def test_a_path_too_long_for_a_socket_gets_a_short_one(home):
    data = home / ("long-" * 20) / "postgres"
    assert len(str(data)) > LONGEST_SOCKET_PATH
    server = Server(data)
    folder = server.use()
    assert len(folder) < LONGEST_SOCKET_PATH
    assert Path(folder).stat().st_mode & 0o077 == 0, "nobody else gets in"
    assert answers(data, folder)
    server.leave()
    assert not answers(data, folder)


def test_a_forked_child_that_ends_leaves_the_server_to_its_parent(data):
    code = """
import os, sys
from pathlib import Path
from config.embedded_postgres.server import server_of
server = server_of(Path(sys.argv[1]))
server.use()
child = os.fork()
if child == 0:
    server.use()
    sys.exit(0)  # runs what is registered for the end of a process
os.waitpid(child, 0)
print(server.pid(), flush=True)
sys.stdin.read()
"""
    parent = Process(data, code)
    assert parent.line()
    assert answers(data)
    assert parent.end() == 0
    assert not answers(data)


def _runs_as(user: pwd.struct_passwd) -> bool:
    """Whether this Python can be run by somebody else: its folders may be closed to them."""
    try:
        command = [sys.executable, "-c", "import django, psycopg"]
        return subprocess.run(command, user=user.pw_uid, group=user.pw_gid, cwd=ROOT, check=False).returncode == 0
    except OSError:
        return False


def test_an_ordinary_user_runs_it_as_themselves(home):
    if os.geteuid() != 0:
        pytest.skip("every other test of this file shows it")
    nobody = pwd.getpwnam("nobody")
    if not _runs_as(nobody):
        pytest.skip("nobody else may use this Python")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    process = Process(home / "postgres", USE, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])
    assert psutil.Process(int(process.line())).username() == "nobody"
    assert process.end() == 0
