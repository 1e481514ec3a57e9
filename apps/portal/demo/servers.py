"""The demo's web server and worker: started, waited for, and stopped together."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from django.conf import settings

HOST = "127.0.0.1"
SIGN_IN = "/accounts/login/"
PATIENCE = 60  # seconds, for a start on a busy machine and for work that is being finished


class Servers:
    """gunicorn and a worker as children of this process; `port` is where the desk is served."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.stopping = False
        self._children: list[subprocess.Popen[bytes]] = []

    def port_is_free(self) -> bool:
        """Whether nobody listens on the port."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind((HOST, self.port))
                return True
        return False

    def run(self, when_ready: Callable[[], None]) -> bool:
        """Serve until somebody asks to stop (Ctrl-C, SIGTERM) or a server ends. Says whether it was asked."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)
        try:
            self._start()
            if self._wait_until_served():
                when_ready()
            while not self.stopping and self._all_run():
                time.sleep(0.2)
            return self.stopping
        finally:
            self._stop()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _start(self) -> None:
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        serve = ["-m", "gunicorn", "config.wsgi", "--bind", f"{HOST}:{self.port}", "--workers", "2", "--threads", "4"]
        work = [str(Path(settings.BASE_DIR) / "manage.py"), "procrastinate", "worker"]
        for arguments in ([*serve, "--no-control-socket", "--log-level", "warning"], work):
            # A session of their own: Ctrl-C reaches this process alone, which then stops them in order.
            child = subprocess.Popen(  # noqa: S603
                [sys.executable, *arguments],
                cwd=settings.BASE_DIR, env=self._environment(), stdout=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            self._children.append(child)

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ, "AMANAT_DEMO": "1", "PORT": str(self.port), "AMANAT_HOME": str(settings.AMANAT_HOME),
            # Static files as they lie: nothing has to be collected first.
            "WHITENOISE_USE_FINDERS": "1",
            "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        }  # fmt: skip

    def _all_run(self) -> bool:
        return all(child.poll() is None for child in self._children)

    def _wait_until_served(self) -> bool:
        until = time.monotonic() + PATIENCE
        while not self.stopping and self._all_run() and time.monotonic() < until:
            if self._is_served():
                return True
            time.sleep(0.2)
        return False

    def _is_served(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request("GET", SIGN_IN)
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()

    def _stop(self) -> None:
        for child in self._children:
            if child.poll() is None:
                child.terminate()
        for child in self._children:
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
