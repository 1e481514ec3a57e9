"""Messages to one person: confirmations, codes, answers. By e-mail, by SMS, or to the terminal.

    sender_for(IdentifierKind.PHONE).send(Message(to="+996555123401", text="…"))

Whoever sends waits for the answer, at most SECONDS for each step of it. An address and a text never reach the log, a
job's arguments or the database.

The SMS gateway is spoken to in the way that most can be made to understand: `POST SMS_GATEWAY_URL` with
`Authorization: Bearer SMS_GATEWAY_TOKEN`, an `Idempotency-Key`, and `{"to": "+996…", "text": "…", "from": "…"}`; 2xx
means that it took the message, 400, 404, 410 and 422 that the number gets none.
"""

import http.client
import json
import logging
import smtplib
import sys
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from apps.core.choices import IdentifierKind

logger = logging.getLogger(__name__)

# Kinds of address that a message can be sent to.
REACHABLE = (IdentifierKind.PHONE, IdentifierKind.EMAIL)
CONSOLE = "console:"  # as SMS_GATEWAY_URL
SECONDS = 10
_TAKEN = range(200, 300)
_NO_SUCH_NUMBER = (400, 404, 410, 422)
_PERMANENT = range(500, 600)  # of SMTP


class NotSent(Exception):
    """The message did not go out."""


class Rejected(NotSent):
    """The address gets no messages: trying again is of no use."""


class Unavailable(NotSent):
    """The way to the address is blocked just now: trying again later may help."""


@dataclass(frozen=True)
class Message:
    """What goes to one normalised address. Kept out of the repr: error reports print it."""

    to: str = field(repr=False)
    text: str = field(repr=False)
    subject: str = ""
    id: UUID = field(default_factory=uuid4)


class Sender(Protocol):
    """A way to one kind of address."""

    def send(self, message: Message) -> None:
        """Hand the message over. Raises Rejected, Unavailable."""


class EmailSender:
    """Through Django's mail backend, `EMAIL_URL`. Marked as automatic, so that no machine answers (RFC 3834); named by
    the message's id, by which an answer is known.
    """

    def send(self, message: Message) -> None:
        """As Sender."""
        headers = {"Auto-Submitted": "auto-generated", "Message-ID": f"<{message.id}@{_our_domain()}>"}
        mail = EmailMessage(
            message.subject, message.text, to=[message.to], headers=headers, connection=get_connection(timeout=SECONDS)
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _why in error.recipients.values()}
            raise (Rejected if codes <= set(_PERMANENT) else Unavailable) from None
        except (OSError, smtplib.SMTPException) as error:
            logger.error("A message could not be handed to the mail server: %s.", type(error).__name__)  # noqa: TRY400
            raise Unavailable from None


def _our_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


class ConsoleSender:
    """To the terminal: for development and the demo, where no message may reach anybody."""

    def send(self, message: Message) -> None:
        """As Sender."""
        sys.stderr.write(f"\n--- message to {message.to}\n{message.text}\n---\n")
        sys.stderr.flush()


@dataclass(frozen=True)
class SmsGateway:
    """An HTTP gateway for short messages. Follows no redirect: the token is for this host alone."""

    url: str
    token: str = field(repr=False)
    name: str = ""

    def send(self, message: Message) -> None:
        """As Sender."""
        try:
            status = self._post(message)
        except (OSError, http.client.HTTPException) as error:
            logger.error("The SMS gateway did not answer: %s.", type(error).__name__)  # noqa: TRY400
            raise Unavailable from None
        if status in _NO_SUCH_NUMBER:
            raise Rejected
        if status not in _TAKEN:
            logger.error("The SMS gateway answered %d.", status)
            raise Unavailable

    def _post(self, message: Message) -> int:
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        content = {"to": message.to, "text": message.text} | ({"from": self.name} if self.name else {})
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(message.id),
        }
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        try:
            connection.request("POST", path, json.dumps(content).encode(), headers)
            return connection.getresponse().status
        finally:
            connection.close()


def hand_over(kind: str, message: Message) -> bool:
    """Send to an address of this kind; whether it takes messages. Raises Unavailable."""
    try:
        sender_for(kind).send(message)
    except Rejected:
        return False
    return True


def sender_for(kind: str) -> Sender:
    """What sends to addresses of this kind. Raises Unavailable for one that nothing is sent to."""
    if kind == IdentifierKind.EMAIL:
        return EmailSender()
    if kind != IdentifierKind.PHONE or not settings.SMS_GATEWAY_URL:
        raise Unavailable
    if settings.SMS_GATEWAY_URL == CONSOLE:
        return ConsoleSender()
    return SmsGateway(settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN, settings.SMS_SENDER_NAME)
