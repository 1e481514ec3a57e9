"""Messages to a person: handed over, refused, or told to have been lost; against real sockets."""

import json
import logging
import smtplib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from apps.core import sending
from apps.core.sending import EmailSender, Message, Rejected, SmsGateway, Unavailable, sender_for

PHONE, EMAIL = "+996555123401", "asel@mail.example"
SMS = Message(to=PHONE, text="Код: 123456")


class Gateway(ThreadingHTTPServer):
    """A gateway that answers `status`, or with silence when it is 0, and keeps what it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.status = 202
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.released = threading.Event()


class Answering(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        if not self.server.status:
            self.server.released.wait(30)
            return
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/send?route=7"
        settings.SMS_GATEWAY_TOKEN = "secret-of-the-gateway"
        settings.SMS_SENDER_NAME = "Amanat"
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


def test_the_gateway_gets_number_text_and_name(gateway):
    sender_for("phone").send(SMS)
    ((path, headers, body),) = gateway.got
    assert path == "/send?route=7"
    assert headers["Authorization"] == "Bearer secret-of-the-gateway"
    assert headers["Idempotency-Key"] == str(SMS.id)
    assert json.loads(body) == {"to": PHONE, "text": "Код: 123456", "from": "Amanat"}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(400, Rejected), (404, Rejected), (422, Rejected), (301, Unavailable), (401, Unavailable), (429, Unavailable),
     (500, Unavailable), (503, Unavailable), (0, Unavailable)],
)  # fmt: skip
def test_what_the_gateway_does_not_take_is_told(gateway, status, outcome, monkeypatch, caplog):
    monkeypatch.setattr(sending, "SECONDS", 0.5)
    gateway.status = status
    with pytest.raises(outcome):
        sender_for("phone").send(SMS)
    assert len(gateway.got) == 1, "it is asked once, and nobody else is"
    assert not {part for part in (PHONE, "123456", "secret") if part in caplog.text}


def test_a_gateway_that_is_not_there(caplog):
    caplog.set_level(logging.ERROR)
    with pytest.raises(Unavailable):
        SmsGateway("http://127.0.0.1:1/", "secret").send(SMS)
    assert "ConnectionRefusedError" in caplog.text
    assert "secret" not in repr(SmsGateway("http://x/", "secret"))
    assert PHONE not in repr(SMS)


def test_to_the_terminal(settings, capsys):
    settings.SMS_GATEWAY_URL = "console:"
    sender_for("phone").send(SMS)
    assert PHONE in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["phone", "push", "token"])
def test_where_there_is_no_way_nothing_is_sent(settings, kind):
    settings.SMS_GATEWAY_URL = ""
    with pytest.raises(Unavailable):
        sender_for(kind)


def test_mail_says_that_it_is_automatic(mailoutbox):
    sender_for("email").send(Message(to=EMAIL, text="Hello", subject="Subject"))
    (mail,) = mailoutbox
    assert (mail.to, mail.subject, mail.body) == ([EMAIL], "Subject", "Hello")
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in mail.message()


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPRecipientsRefused({EMAIL: (550, b"no such user")}), Rejected),
        (smtplib.SMTPRecipientsRefused({EMAIL: (451, b"try later")}), Unavailable),
        (smtplib.SMTPServerDisconnected(), Unavailable),
        (TimeoutError(), Unavailable),
    ],
)
def test_what_the_mail_server_does_not_take_is_told(monkeypatch, caplog, error, outcome):
    def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", fail)
    with pytest.raises(outcome):
        EmailSender().send(Message(to=EMAIL, text="x"))
    assert EMAIL not in caplog.text
