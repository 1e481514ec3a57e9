"""Letters out of a real mailbox: each once, none before it is safe, none lost."""

import os

import pytest
from django.core.management import CommandError, call_command

from apps.cases.models import Case
from apps.support.mail import imap
from apps.support.mail.imap import Mailbox, NotLetIn
from apps.support.models import MailRun, SupportRequest, TakenMail
from apps.support.services import run_mail
from apps.support.services.run_mail import take_mailbox
from apps.support.services.take_mail import take_letter
from tests.cases.conftest import at
from tests.imap import PASSWORD, PROGRAM, imap_server
from tests.support.letters import FROM, letter

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Where every change is tried, a missing server is a failure.
    pytest.mark.skipif(
        PROGRAM is None and "CI" not in os.environ, reason="no Dovecot: install Debian's package dovecot-imapd"
    ),
]


@pytest.fixture(scope="module")
def running():
    with imap_server() as server:
        yield server


@pytest.fixture
def mailbox(running, settings):
    running.empty()
    settings.IMAP_URL = running.url
    return running


def two():
    return letter().as_bytes(), letter("экинчи", message_id="<two@mail.example>").as_bytes()


def test_taken_in_and_put_away(mailbox):
    mailbox.put(*two())
    run = take_mailbox()
    assert (run.requests, run.twice, run.failure, run.finished_at is not None) == (2, 0, "", True)
    assert {request.contact for request in SupportRequest.objects.all()} == {FROM}
    assert (mailbox.count(), mailbox.count("Amanat")) == (0, 2)
    assert Case.objects.first().received_at == at("2026-04-29T10:00")  # when the mailbox got it
    assert take_mailbox() is None
    assert MailRun.objects.count() == 1


def test_a_letter_is_moved_only_after_it_is_safe(mailbox, monkeypatch):
    """Whoever dies between commit and move finds the letter again, and knows it."""
    mailbox.put(*two())

    def die(self, found):
        assert TakenMail.objects.count() == 1  # committed, on a connection that sees no other transaction
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Mailbox, "put_away", die)
        with pytest.raises(KeyboardInterrupt):
            take_mailbox()
    assert mailbox.count() == 2
    run = take_mailbox()
    assert (run.requests, run.twice) == (1, 1)
    assert (Case.objects.count(), mailbox.count()) == (2, 0)


def test_what_fails_before_the_commit_stays_in_the_mailbox(mailbox, monkeypatch):
    mailbox.put(*two())

    def fail(**what):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(run_mail, "take_letter", fail)
        with pytest.raises(KeyboardInterrupt):
            take_mailbox()
    assert mailbox.count() == 2
    with mailbox.client() as client:
        client.select("INBOX", readonly=True)
        assert client.search(None, "UNSEEN")[1] == [b"1 2"]  # nothing was even read
    assert take_mailbox().requests == 2


def test_the_same_letter_by_file_and_by_mailbox_makes_one_request(mailbox):
    take_letter(run=MailRun.objects.create(source="file"), data=two()[0])
    mailbox.put(*two())
    assert (run := take_mailbox()).twice == 1
    assert run.requests == 1
    assert Case.objects.count() == 2


def test_a_broken_and_a_huge_one_don_t_stop_the_others(mailbox, settings):
    settings.MAIL_MAX_BYTES = 4000
    huge = letter("x" * 5000, message_id="<huge@mail.example>").as_bytes()
    broken = b"Subject: nobody wrote this\r\n\r\nx"
    mailbox.put(huge, broken, *two())
    run = take_mailbox()
    assert (run.requests, run.aside) == (2, 2)
    assert {(mail.reason, mail.file != "") for mail in TakenMail.objects.filter(outcome="aside")} == {
        ("too-large", True), ("no-sender", True),
    }  # fmt: skip
    assert (mailbox.count(), mailbox.count("Amanat")) == (0, 4)  # all of the huge one still lies there


@pytest.mark.parametrize("without", ["MOVE", "MOVE UIDPLUS"])
def test_servers_that_can_t_move(mailbox, monkeypatch, without):
    mailbox.put(*two())
    enter = Mailbox.__enter__

    def poorer(self):
        entered = enter(self)
        able = entered._server.capabilities
        entered._server.capabilities = tuple(name for name in able if name not in without.split())
        return entered

    monkeypatch.setattr(Mailbox, "__enter__", poorer)
    assert take_mailbox().requests == 2
    assert (mailbox.count(), mailbox.count("Amanat")) == (0, 2)


def test_a_folder_in_cyrillic_is_made(mailbox, settings):
    settings.IMAP_TAKEN_FOLDER = "Алынган & каралган"
    mailbox.put(two()[0])
    assert take_mailbox().requests == 1
    with mailbox.client() as client:
        assert b"&BBAEOwRLBD0EMwQwBD0-" in b"".join(client.list()[1])


def test_a_wrong_password_and_a_dead_server_are_said_once(mailbox, settings, caplog):
    settings.IMAP_URL = mailbox.url.replace("let", "get")
    assert take_mailbox().failure == "sign-in"
    assert take_mailbox().failure == "sign-in"
    assert MailRun.objects.count() == 1
    settings.IMAP_URL = f"imap://desk:{PASSWORD.split('/')[0]}@127.0.0.1:1/INBOX"
    assert take_mailbox().failure == "unreachable"
    assert PASSWORD.split("/")[0] not in caplog.text


def test_no_password_goes_over_an_open_network(mailbox, monkeypatch):
    monkeypatch.setattr(imap, "_HERE", frozenset())
    with pytest.raises(NotLetIn), Mailbox(mailbox.url):
        raise AssertionError("let in")


def test_by_command(mailbox, settings, capsys):
    mailbox.put(two()[0])
    call_command("take_mail", "--imap")
    assert "requests 1" in capsys.readouterr().out
    call_command("take_mail", "--imap")
    assert capsys.readouterr().out.strip()
    settings.IMAP_URL = ""
    with pytest.raises(CommandError):
        call_command("take_mail", "--imap")
