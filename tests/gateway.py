"""An SMS gateway on loopback, for tests that send: it answers as it is told, and keeps what it got."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SILENCE, HANG_UP = 0, -1  # as a status: no answer, and a connection that is closed without one


class Gateway(ThreadingHTTPServer):
    """Answers `status`; `got` has path, headers and body of every request."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.status = 202
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/send?route=7"

    @property
    def messages(self) -> list[dict[str, str]]:
        return [json.loads(body) for _path, _headers, body in self.got]


class Answering(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        if self.server.status == SILENCE:
            self.server.released.wait(30)
        if self.server.status <= SILENCE:
            return
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@contextlib.contextmanager
def running_gateway() -> Iterator[Gateway]:
    """One that listens."""
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()
