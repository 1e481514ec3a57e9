"""Real servers for tests: a home with a database of its own that can be frozen or stopped, and gunicorn in front.

    with own_home() as home, web_server(home) as web:
        answer = web.request("POST", "/u/…", b"List-Unsubscribe=One-Click")
        with home.frozen():
            …

Keys come from the environment of the test run, so that digests and links made by a test hold in the servers too.
"""

import contextlib
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from config.embedded_postgres.server import Server

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 60


@dataclass
class Home:
    """An AMANAT_HOME with a migrated database of its own; `environment` goes to every process that is started."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def journal(self) -> Path:
        return self.path / "journal"

    @property
    def database(self) -> Server:
        return Server(self.path / "postgres")

    def variables(self, **more: str) -> dict[str, str]:
        without = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return {
            **without, "AMANAT_HOME": str(self.path), "DJANGO_SETTINGS_MODULE": "config.settings",
            "WHITENOISE_USE_FINDERS": "1", "CONN_MAX_AGE": "60", **self.environment, **more,
        }  # fmt: skip

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` here. `check`: a failure fails the test, with what the command said."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.variables(), capture_output=True, text=True, check=False, timeout=180,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stderr[-2000:]
        return done

    @property
    def socket_folder(self) -> str:
        """Where PostgreSQL's own programs find the database."""
        return str(self.database._socket_folder())

    @contextlib.contextmanager
    def connection(self) -> Iterator[psycopg.Connection]:
        """A connection to the database, past Django."""
        with psycopg.connect(host=self.socket_folder, user="postgres", dbname="amanat", autocommit=True) as connection:
            yield connection

    def empty(self, tables: str) -> None:
        """Empty tables, and what refers to them. The ledger allows it only to whoever says that they are a copy."""
        with self.connection() as connection:
            connection.execute(f"SET LOCAL session_replication_role = replica; TRUNCATE {tables} CASCADE")

    def value(self, sql: str, *parameters: object) -> object:
        """The first column of the first row."""
        with self.connection() as connection:
            row = connection.execute(sql, parameters).fetchone()
        return row[0] if row else None

    @property
    def database_url(self) -> str:
        """For a web server that shall not start a stopped database by itself: as if it were somebody else's."""
        return f"postgres://postgres@/amanat?host={self.socket_folder}"

    def kill_database(self) -> None:
        """SIGKILL to PostgreSQL and all its processes. Returns when they are gone."""
        pid = self.database.pid()
        assert pid is not None, "there is no database to kill"
        processes = [*psutil.Process(pid).children(recursive=True), psutil.Process(pid)]
        for process in reversed(processes):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, SECONDS)

    def start_database(self) -> None:
        """Start a database that was stopped or killed."""
        server = self.database
        server.use()
        server.leave()  # the home itself still uses it

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """The database takes connections and answers nothing: the worst way to be down."""
        pid = self.database.pid()
        assert pid is not None, "there is no database to freeze"
        postmaster = psutil.Process(pid)
        postmaster.suspend()  # first, so that it makes no more children
        processes = [*postmaster.children(recursive=True), postmaster]
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()
        try:
            yield
        finally:
            for process in processes:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.resume()


def copy_migrated(data: Path, *, durable: bool) -> None:
    """A cluster with a migrated database in the folder `data`, if there is none. The first process migrates for all.

    Unless it is to be `durable`, nothing waits for the disk: only the machine's own failing could tell.
    """
    made = Home(Path(os.environ["AMANAT_TEST_HOME"], "migrated"))
    made.path.mkdir(exist_ok=True)
    with (made.path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made.path / "done").exists():
            server = made.database
            server.use()
            made.manage("migrate", "-v", "0")
            server.leave()  # at rest it can be copied
            (made.path / "done").touch()
        if not data.exists():
            subprocess.run(["cp", "-a", made.database.data, data], check=True)
            with (data / "postgresql.conf").open("a") as settings:
                settings.write("" if durable else "fsync = off\nfull_page_writes = off\n")


@contextlib.contextmanager
def own_home(*, durable: bool = True, **environment: str) -> Iterator[Home]:
    """A fresh home whose database is migrated; in the end its server stops and the home goes.

    Not in pytest's temporary folder: that is cleared when other runs begin, whoever still works in it.
    """
    path = Path(tempfile.mkdtemp(prefix="amanat-home-"))
    path.chmod(0o755)
    home = Home(path, environment)
    server = home.database
    copy_migrated(server.data, durable=durable)
    server.use()  # keeps it running between the processes of a test
    try:
        yield home
    finally:
        server.leave()  # we are the last one, so this stops it
        shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True)
class Answer:
    """What came over the wire."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class WebServer:
    """gunicorn, serving the project from a home."""

    home: Home
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request on a connection of its own. Header names are given with `_` for `-`. Follows no redirect."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body=body, headers=named)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def kill(self) -> None:
        """SIGKILL to it and its workers: what a power cut does. Returns when they are gone, and the port is free."""
        master = psutil.Process(self.process.pid)
        master.suspend()  # so that it makes no more workers
        workers = master.children(recursive=True)
        for process in [*workers, self.process]:
            process.send_signal(signal.SIGKILL)
        self.process.wait(SECONDS)
        psutil.wait_procs(workers, SECONDS)


@contextlib.contextmanager
def web_server(
    home: Home, *, workers: int = 1, threads: int = 8, port: int = 0, **environment: str
) -> Iterator[WebServer]:
    """gunicorn on a free port, or on one that another had before it. Its log is `gunicorn.log` in the home."""
    log = home.path / "gunicorn.log"
    with socket.create_server(("127.0.0.1", port), backlog=256) as listener, log.open("ab") as out:
        port = listener.getsockname()[1]
        # The socket is ours and listens already: a request waits until gunicorn is there, nobody has to poll.
        command = [
            sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{listener.fileno()}",
            "--workers", str(workers), "--threads", str(threads), "--timeout", "60", "--graceful-timeout", "5",
        ]  # fmt: skip
        process = subprocess.Popen(
            command, cwd=ROOT, env=home.variables(**environment), pass_fds=[listener.fileno()], stdout=out, stderr=out
        )
    try:
        yield WebServer(home, port, process, log)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(SECONDS)
