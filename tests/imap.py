"""A real IMAP server for tests: Dovecot, on a free port of this machine, with mailboxes in a folder that goes.

It runs as root or as anybody; where it runs as root its mailboxes belong to the system user `nobody`.
"""

import contextlib
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers import SECONDS

PASSWORD = "let/me+in"
PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/sbin")

_CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 0
mail_location = maildir:{home}/mail/%u
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
{more}
"""


@dataclass(frozen=True)
class ImapServer:
    """A server that answers; `url` is its mailbox `desk`."""

    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"imap://desk:{PASSWORD.replace('/', '%2F')}@127.0.0.1:{self.port}/INBOX"

    @contextlib.contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        """Somebody else's connection to the same mailbox."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=SECONDS) as client:
            client.login("desk", PASSWORD)
            yield client

    def put(self, *letters: bytes, received: str = '"29-Apr-2026 10:00:00 +0600"') -> None:
        """Lay letters into the mailbox."""
        with self.client() as client:
            for data in letters:
                status, why = client.append("INBOX", "", received, data)
                assert status == "OK", why

    def count(self, folder: str = "INBOX") -> int:
        """How many letters lie in a folder; 0 where it isn't there."""
        with self.client() as client:
            status, data = client.select(f'"{folder}"', readonly=True)
            return int(data[0]) if status == "OK" else 0

    def empty(self) -> None:
        """As it was in the beginning."""
        with self.client() as client:
            client.delete("Amanat")
            if int(client.select("INBOX")[1][0] or 0):
                client.store("1:*", "+FLAGS", r"(\Deleted)")
                client.expunge()


@contextlib.contextmanager
def imap_server(more: str = "") -> Iterator[ImapServer]:
    """Start one, and stop it in the end. `more` is added to its configuration."""
    assert PROGRAM, "there is no Dovecot: install Debian's package dovecot-imapd"
    home = Path(tempfile.mkdtemp(prefix="amanat-imap-"))
    home.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = home / "dovecot.conf"
    config.write_text(_CONFIG.format(home=home, port=port, password=PASSWORD, more=more, **_users()))
    (home / "mail").mkdir()
    (home / "mail").chmod(0o777)
    process = subprocess.Popen([PROGRAM, "-F", "-c", str(config)])
    server = ImapServer(port, home / "log")
    try:
        _wait_for(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(SECONDS)
        shutil.rmtree(home, ignore_errors=True)


def _users() -> dict[str, object]:
    """Who its processes run as: the package's own users where we may change to them, else we ourselves."""
    if os.getuid() == 0:
        owner = pwd.getpwnam("nobody")
        named = {"internal": "dovecot", "internal_group": "dovecot", "login": "dovenull"}
        return {**named, "uid": owner.pw_uid, "gid": owner.pw_gid}
    own = pwd.getpwuid(os.getuid()).pw_name
    group = subprocess.run(["id", "-gn"], capture_output=True, text=True, check=True).stdout.strip()
    return {"internal": own, "internal_group": group, "login": own, "uid": os.getuid(), "gid": os.getgid()}


def _wait_for(server: ImapServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with server.client():
                return
        except (OSError, imaplib.IMAP4.abort):
            told = server.log.read_text() if server.log.exists() else ""
            assert process.poll() is None, told
            assert time.monotonic() < deadline, told
            time.sleep(0.1)
