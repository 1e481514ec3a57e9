"""A mailbox by IMAP: letters lie in it until they are taken in, then in a folder beside it.

Nothing is read as "seen", and nothing is moved before whoever calls says so: a letter that was not taken in, for
whatever reason, is there the next time.
"""

import base64
import contextlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from django.conf import settings

SECONDS = 60
MOST_AT_ONCE = 500
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_RECEIVED = re.compile(rb'INTERNALDATE "([^"]+)"')
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Unreachable(Exception):
    """The mailbox can't be reached just now, or breaks off."""


class Declined(Unreachable):
    """It declines one command and goes on."""


class NotLetIn(Exception):
    """It doesn't take our name and password, or has no such folder; or TLS is missing on an open network."""


@dataclass(frozen=True)
class Found:
    """A letter in the mailbox: its number there, its size in bytes, and when it arrived."""

    uid: bytes
    size: int
    received_at: datetime | None


class Mailbox:
    """The mailbox of `imaps://user:password@host:port/FOLDER` (`imap://` begins TLS by STARTTLS; without any only on
    this machine). Raises Unreachable, NotLetIn from whatever it does.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port, self._tls = parts.hostname or "localhost", parts.port, parts.scheme == "imaps"
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._folder = unquote(parts.path.strip("/")) or "INBOX"
        self._server: imaplib.IMAP4

    def __enter__(self) -> Self:
        try:
            self._server = self._connected()
        except (OSError, imaplib.IMAP4.error) as error:
            raise Unreachable(type(error).__name__) from None
        try:
            self._call(self._server.login, self._user, self._password)
            self._call(self._server.select, _quoted(self._folder))
        except Declined:
            self._leave()
            raise NotLetIn from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _connected(self) -> imaplib.IMAP4:
        secure = ssl.create_default_context()
        if self._tls:
            return imaplib.IMAP4_SSL(self._host, self._port or 993, ssl_context=secure, timeout=SECONDS)
        server = imaplib.IMAP4(self._host, self._port or 143, timeout=SECONDS)
        if "STARTTLS" in server.capabilities and self._host not in _HERE:
            server.starttls(secure)
        elif self._host not in _HERE:
            server.shutdown()
            raise NotLetIn
        return server

    def _leave(self) -> None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            self._server.logout()

    def letters(self) -> Iterator[Found]:
        """Those that lie there now, oldest first, at most MOST_AT_ONCE."""
        found = self._uid("SEARCH", "UNDELETED")[0]
        for uid in (found or b"").split()[:MOST_AT_ONCE]:
            for line in self._uid("FETCH", uid.decode(), "(RFC822.SIZE INTERNALDATE)"):
                size, received = (pattern.search(line or b"") for pattern in (_SIZE, _RECEIVED))
                if size:
                    yield Found(uid, int(size[1]), _moment(received[1].decode()) if received else None)

    def fetch(self, letter: Found, *, head_only: bool = False) -> bytes:
        """All of a letter, or its head; empty where it is gone, or the server can't give it. It stays unread."""
        what = "(BODY.PEEK[HEADER])" if head_only else "(BODY.PEEK[])"
        try:
            answer = self._uid("FETCH", letter.uid.decode(), what)
        except Declined:
            return b""
        return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), b"")

    def put_away(self, letter: Found) -> None:
        """Move a letter that was taken in to the folder IMAP_TAKEN_FOLDER, which is made where it is missing."""
        uid, folder = letter.uid.decode(), _quoted(settings.IMAP_TAKEN_FOLDER)
        verb = "MOVE" if "MOVE" in self._server.capabilities else "COPY"
        try:
            self._uid(verb, uid, folder)
        except Declined:
            self._call(self._server.create, folder)
            self._uid(verb, uid, folder)
        if verb == "COPY":
            self._uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
            if "UIDPLUS" in self._server.capabilities:
                self._uid("EXPUNGE", uid)
            else:
                self._call(self._server.expunge)

    def _uid(self, *command: str) -> list[Any]:
        return self._call(self._server.uid, *command)

    def _call(self, act: Callable[..., tuple[str, list[Any]]], *command: str) -> list[Any]:
        try:
            status, data = act(*command)
        except (OSError, imaplib.IMAP4.abort) as error:
            raise Unreachable(type(error).__name__) from None
        except imaplib.IMAP4.error:
            raise Declined from None
        if status != "OK":
            raise Declined
        return data


def _quoted(folder: str) -> str:
    """A folder's name as IMAP takes it: in modified UTF-7 (RFC 3501), quoted."""
    coded = re.sub("[^\x20-\x7e]+", _modified, folder.replace("&", "&-"))
    return '"' + coded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _modified(found: re.Match[str]) -> str:
    plain = base64.b64encode(found[0].encode("utf-16-be")).decode()
    return f"&{plain.rstrip('=').replace('/', ',')}-"


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return None
