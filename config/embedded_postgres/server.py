"""The PostgreSQL server that Amanat brings along: started on first use, shared by every process of one home.

Each process that uses it holds a shared lock on a file beside the cluster; the system takes it away from a process
that ends in whatever way, so nothing has to be cleaned up after one that was killed. The last user stops the server.
"""

import atexit
import errno
import fcntl
import hashlib
import os
import shlex
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from config.embedded_postgres.binaries import EmbeddedUnavailable, hand_over, owner, run

SETTINGS = {
    "max_connections": "60",
    "shared_buffers": "224MB",
    "max_wal_size": "4GB",
    "wal_buffers": "96MB",
    "checkpoint_timeout": "15min",
    "wal_compression": "off",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    # A statement may hold a value: none of them, and no parameter, reaches the log.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "listen_addresses": "",
}
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes; some systems fewer
NO_PROCESS = 2**31 - 1  # no system numbers so high
START_SECONDS = 120  # a server that was killed replays its log first


class Server:
    """The server of the cluster in the folder `data`, as this process sees it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._turn = threading.Lock()
        self._membership: int | None = None

    def use(self) -> str:
        """Folder of the running server's Unix socket; the server is made and started when it is not there.

        Raises EmbeddedUnavailable when that can't be done.
        """
        with self._turn:
            if self._membership is None or not self._ready():
                with self._alone():
                    self._join()
                    if not self._ready():
                        self._start()
        return str(self._socket_folder())

    def leave(self) -> None:
        """Stop using the server; the last user stops it."""
        with self._turn:
            if self._membership is None:
                return
            with self._alone():
                with suppress(BlockingIOError):
                    fcntl.flock(self._membership, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self.stop()
                self._forget()

    def stop(self) -> None:
        """Stop the server, whoever uses it; whoever connects next starts it again."""
        if self.pid() is not None and self._answers():
            run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", "stop", user=owner(self.data))

    def pid(self) -> int | None:
        """The server's process; None when it isn't running."""
        with suppress(FileNotFoundError, IndexError, ValueError):
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts, stops, joins or leaves."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.data.with_name(f"{self.data.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _join(self) -> None:
        if self._membership is None:
            users = os.open(self.data.with_name(f"{self.data.name}.users"), os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(users, fcntl.LOCK_SH)
            self._membership = users
            atexit.register(self.leave)

    def _forget(self) -> None:
        atexit.unregister(self.leave)
        if self._membership is not None:
            os.close(self._membership)
        self._membership = None

    def _after_fork(self) -> None:
        """A child is a user in its own right: its parent's membership is not its own."""
        self._turn = threading.Lock()
        self._forget()

    def _socket_folder(self) -> Path:
        """The cluster's folder, or one in the temporary folder where that path would be too long for a socket."""
        if len(os.fsencode(self.data / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return self.data
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"amanat-{name}"

    def _answers(self) -> bool:
        """Whether a server listens. One that was halted does; it just doesn't reply."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.setblocking(False)
            return probe.connect_ex(str(self._socket_folder() / SOCKET_NAME)) in (0, errno.EAGAIN, errno.EINPROGRESS)

    def _ready(self) -> bool:
        """Whether the server takes connections, as far as can be told without asking it for one."""
        try:
            status = (self.data / "postmaster.pid").read_text().splitlines()[7].strip()
        except (FileNotFoundError, PermissionError, IndexError):
            return False
        return status == "ready" and self._answers()

    def _start(self) -> None:
        account = owner(self.data)
        self.data.mkdir(mode=0o700, exist_ok=True)
        folder = self._socket_folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        if account:
            hand_over(self.data, account)
            hand_over(folder, account)
        if not (self.data / "PG_VERSION").exists():
            run(
                "initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", user=account,
            )  # fmt: skip
        self._forget_stranger()
        options = {**SETTINGS, "unix_socket_directories": str(folder)}
        flags = " ".join(shlex.quote(f"--{name}={value}") for name, value in options.items())
        log = self.data / "log"
        run(
            "pg_ctl", "-D", str(self.data), "-l", str(log), "-o", flags, "-w", "-t", str(START_SECONDS), "start",
            user=account, log=log,
        )  # fmt: skip

    def _forget_stranger(self) -> None:
        """Strike out the number in the pid file of a dead server when another program has it now, or nobody buried it.

        The rest of the file stays: by it PostgreSQL looks for children that outlived the server.
        """
        file = self.data / "postmaster.pid"
        pid = self.pid()
        with suppress(psutil.NoSuchProcess):
            if pid is not None and not _runs_postgres(pid):
                _, _, rest = file.read_text().partition("\n")
                file.write_text(f"{NO_PROCESS}\n{rest}")


def _runs_postgres(pid: int) -> bool:
    process = psutil.Process(pid)
    return process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE


_servers: dict[Path, Server] = {}
_making = threading.Lock()


def server_of(data: Path) -> Server:
    """This process's view of the server whose cluster lies in `data`."""
    with _making:
        return _servers.setdefault(data, Server(data))


def _after_fork() -> None:
    for server in _servers.values():
        server._after_fork()


os.register_at_fork(after_in_child=_after_fork)

__all__ = ["EmbeddedUnavailable", "Server", "server_of"]
