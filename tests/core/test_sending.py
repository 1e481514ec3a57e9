"""Messages to a person: handed over, refused, or told to have been lost; against real sockets."""

import json
import logging
import smtplib

import pytest

from apps.core import sending
from apps.core.sending import EmailSender, Message, Rejected, SmsGateway, Unavailable, sender_for
from tests.gateway import HANG_UP, SILENCE

PHONE, EMAIL = "+996555123401", "asel@mail.example"
SMS = Message(to=PHONE, text="Код: 123456")


def test_the_gateway_gets_number_text_and_name(gateway):
    sender_for("phone").send(SMS)
    ((path, headers, body),) = gateway.got
    assert path == "/send?route=7"
    assert headers["Authorization"] == "Bearer secret-of-the-gateway"
    assert headers["Idempotency-Key"] == str(SMS.id)
    assert json.loads(body) == {"to": PHONE, "text": "Код: 123456", "from": "Amanat"}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(400, Rejected), (404, Rejected), (410, Rejected), (422, Rejected), (301, Unavailable), (401, Unavailable),
     (429, Unavailable), (500, Unavailable), (503, Unavailable), (504, Unavailable),
     (SILENCE, Unavailable), (HANG_UP, Unavailable)],
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
