"""Reading a letter: who wrote it, what it answers, its text and its files. Nothing in it is believed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.header import decode_header
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime

from django.utils import timezone

from apps.core import identifiers
from apps.core.choices import IdentifierKind
from apps.core.keyring import keyring
from apps.support.choices import MailReason
from apps.support.mail.texts import decoded, text_of

DIGEST = "mail"  # domain of the digests of letters
MOST_REFERENCES = 50
_ID = re.compile(r"<([^<>\s]{1,500})>")
_LISTS = ("list-id", "list-post", "list-unsubscribe")
_BULK = frozenset({"bulk", "junk", "list"})


@dataclass(frozen=True)
class File:
    """A file of a letter. Its name may be personal: kept out of the repr."""

    name: str = field(repr=False)
    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter. `sender` is the normalised address, empty where there is none that could be answered. `machine` is a
    MailReason where no person wrote it. `sent_at` is when it reached the last mail server, or else was written.
    """

    sender: str = field(repr=False)
    message_id: str = field(repr=False)
    references: tuple[str, ...] = field(repr=False)
    heading: str = field(repr=False)
    text: str = field(repr=False)
    files: tuple[File, ...] = field(repr=False)
    machine: str
    sent_at: datetime | None

    @property
    def digest(self) -> bytes:
        """By which the same letter is known again, however it comes: of its Message-ID and its sender, so that nobody
        can keep another's letter out; of its words where a program gave it no Message-ID.
        """
        if self.message_id:
            return digest_of(self.message_id, self.sender)
        words = "\n".join((self.heading, self.text, str(self.sent_at)))
        return keyring().digest(DIGEST, f"-\n{self.sender}\n{words}")

    @property
    def sender_digest(self) -> bytes | None:
        """Of the sender's address."""
        return identifiers.digest(IdentifierKind.EMAIL, self.sender) if self.sender else None

    @property
    def answers(self) -> list[bytes]:
        """Digests of the letters that it answers, had its sender written them."""
        return [digest_of(reference, self.sender) for reference in self.references]


def digest_of(message_id: str, sender: str) -> bytes:
    """The digest of a letter with this Message-ID, written by this address."""
    return keyring().digest(DIGEST, f"{message_id}\n{sender}")


def read_letter(data: bytes) -> Letter:
    """The letter of these bytes. What the parser stumbles over it raises: whoever calls keeps the letter aside."""
    message = BytesParser(policy=policy.default).parsebytes(data)
    texts, files = _contents(message)
    sender = _sender(message)
    return Letter(
        sender=sender, message_id=next(iter(_ids(message, "message-id")), ""),
        references=tuple([*_ids(message, "in-reply-to"), *_ids(message, "references")][:MOST_REFERENCES]),
        heading=" ".join(_header(message, "subject").split())[:200], text="\n\n".join(texts).strip(),
        files=tuple(files), machine=_machine(message), sent_at=_sent_at(message),
    )  # fmt: skip


def _raw(message: Message, name: str) -> list[str]:
    """A header's lines as they came; what is not ASCII in them hides in surrogates."""
    return [" ".join(str(value).split()) for key, value in message.raw_items() if key.lower() == name]


def _header(message: Message, name: str) -> str:
    """A header's text, encoded as it should be or not."""
    return _words(next(iter(_raw(message, name)), ""))


def _words(raw: str) -> str:
    if any("\udc80" <= letter <= "\udcff" for letter in raw):
        raw = decoded(raw.encode("utf-8", "surrogateescape"))
    try:
        parts = decode_header(raw)
    except ValueError:
        return raw
    return "".join(part if isinstance(part, str) else decoded(part, charset or "") for part, charset in parts).strip()


def _ids(message: Message, name: str) -> list[str]:
    return [found for line in _raw(message, name) for found in _ID.findall(line)]


def _sender(message: Message) -> str:
    """Whom an answer reaches: Reply-To is not looked at, for anybody can write anybody's address there."""
    for _name, address in getaddresses([_words(line) for line in _raw(message, "from")]):
        try:
            return identifiers.normalise(IdentifierKind.EMAIL, address)
        except identifiers.Unusable:
            continue
    return ""


def _machine(message: Message) -> str:
    """Why no person wrote it (RFC 3834, RFC 3464, RFC 2919); empty where one did."""
    paths = _raw(message, "return-path")
    if message.get_content_type() == "multipart/report" or any(path in ("<>", "< >") for path in paths):
        return MailReason.BOUNCE
    if any(_raw(message, name) for name in _LISTS):
        return MailReason.LIST
    automatic = _header(message, "auto-submitted").lower().partition(";")[0].strip()
    precedence = _header(message, "precedence").lower().strip()
    if precedence in _BULK:
        return MailReason.LIST
    if automatic not in ("", "no") or precedence == "auto_reply" or _raw(message, "x-autoreply"):
        return MailReason.AUTO_REPLY
    return ""


def _sent_at(message: Message) -> datetime | None:
    """By the topmost Received header, which the last server wrote; else by the letter's own date."""
    received = next(iter(_raw(message, "received")), "").rpartition(";")[2]
    for text in (received, _header(message, "date")):
        try:
            moment = parsedate_to_datetime(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment, timezone.get_default_timezone())
    return None


def _contents(message: EmailMessage) -> tuple[list[str], list[File]]:
    texts: list[str] = []
    files: list[File] = []
    for part in _parts(message):
        kind, name = part.get_content_type(), _file_name(part)
        attached = part.get_content_disposition() == "attachment" or bool(name)
        if kind in ("text/plain", "text/html") and not attached:
            text = decoded(_bytes(part), part.get_content_charset() or "")
            texts.append(text_of(text) if kind == "text/html" else text.strip())
        elif data := _file_bytes(part):
            files.append(File(name or "", data))
    return [text for text in texts if text], files


def _parts(message: Message) -> Iterator[Message]:
    """Leaves, in their order; of alternatives plain text where there is any, and the richest else."""
    waiting: list[Message] = [message]
    while waiting:
        part = waiting.pop()
        children = part.get_payload()
        if part.get_content_maintype() == "message" or not isinstance(children, list):
            yield part
            continue
        found = [child for child in children if isinstance(child, Message)]
        if part.get_content_subtype() == "alternative":
            found = _preferred(found)
        waiting.extend(reversed(found))


def _preferred(alternatives: list[Message]) -> list[Message]:
    plain = [part for part in alternatives if part.get_content_type() == "text/plain" and _bytes(part).strip()]
    if not plain:
        return alternatives[-1:]
    # A calendar or a picture that stands beside them is no other wording of the text.
    return [plain[0], *(part for part in alternatives if part.get_content_maintype() not in ("text", "multipart"))]


def _file_name(part: Message) -> str:
    return _words(part.get_filename() or "")


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _file_bytes(part: Message) -> bytes:
    """The file's bytes; of text in UTF-8, and a letter that was forwarded whole as it came."""
    if part.get_content_maintype() == "message":
        inner = part.get_payload()
        return decoded(b"\n".join(item.as_bytes() for item in inner if isinstance(item, Message))).encode()
    if part.get_content_type() == "text/plain":
        return decoded(_bytes(part), part.get_content_charset() or "").encode()
    return _bytes(part)
