"""The code that opens a link: asked for at once, sent by a job, taken back where it could not be sent."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from apps.core import clock, sending
from apps.core.attempts import CODES
from apps.core.codes import MOST_CODES, TooSoon
from apps.support.models import AccessLink
from apps.support.services.access.handover import LinkGone, fetch, make_link, revoke
from apps.support.services.access.send_code import ask_code
from tests.factories import IdentifierFactory
from tests.support.conftest import EMAIL, PHONE
from tests.support.links import ask, code_from_mail, deliver, get, history, send


@pytest.fixture
def by_phone(officer, package, somebody, settings):
    """The path of a link whose code goes to the phone."""
    made = make_link(package=package, actor=officer, identifier=somebody.identifiers.get(kind="phone"))
    return made.url.removeprefix(settings.PUBLIC_BASE_URL)


def text_of(answer):
    return answer.content.decode()


def test_nobody_waits_for_the_gateway(public, by_phone, gateway, package):
    answer = ask(public, by_phone)
    assert answer.status_code == 200
    assert "A code is on its way to" in text_of(answer)
    assert "You can ask for another one from" in text_of(answer)
    assert gateway.got == []
    row = AccessLink.objects.get(revoked_at=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT support_accesslink::text FROM support_accesslink WHERE id = %s", [row.pk])
        assert row.code not in cursor.fetchone()[0]
    deliver()
    deliver()
    (message,) = gateway.messages
    assert message["to"] == PHONE
    assert row.code in message["text"]
    assert gateway.got[0][1]["Idempotency-Key"] == str(row.key)
    row.refresh_from_db()
    assert (row.code, row.code_trouble, row.waits_for_code) == (None, "", True)
    assert history(package)[:2] == ["support.copy-code-sent", "support.copy-code"]


def test_it_is_tried_again_and_taken_back_at_last(public, by_phone, gateway):
    gateway.status = 503
    ask(public, by_phone)
    with pytest.raises(sending.Unavailable):
        deliver()
    assert "A code is on its way" in text_of(public.get(by_phone))
    deliver(attempts=CODES.most - 1)
    assert len(gateway.got) == 2
    assert len({headers["Idempotency-Key"] for _path, headers, _body in gateway.got}) == 1
    row = AccessLink.objects.get(revoked_at=None)
    assert (row.code, row.codes_sent, row.code_trouble) == (None, 0, "unsent")
    page = text_of(public.get(by_phone))
    assert "The code could not be sent to" in page
    assert 'id="code"' not in page
    gateway.status = 202
    assert ask(public, by_phone).status_code == 200
    deliver()
    assert len(gateway.got) == 3
    assert "could not be sent" not in text_of(public.get(by_phone))


def test_a_number_that_gets_nothing_is_told_about_afterwards(public, by_phone, gateway):
    gateway.status = 404
    assert ask(public, by_phone).status_code == 200
    deliver()
    assert "come back. Call our support." in text_of(public.get(by_phone))
    assert AccessLink.objects.get(revoked_at=None).codes_sent == 1


def test_what_comes_late_leaves_the_next_code_alone(public, path):
    ask(public, path)
    first = AccessLink.objects.get()
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        ask(public, path)
        second = AccessLink.objects.get()
        assert (second.codes_sent, second.key) != (first.codes_sent, first.key)
        deliver()
    assert len(mail.outbox) == 1
    assert code_from_mail() == second.code


def test_codes_that_never_got_out_use_none_of_those_that_there_are(public, path):
    now = clock.now()
    for minute in range(MOST_CODES + 2):
        with clock.standing_at(now + timedelta(minutes=minute)):
            assert ask(public, path).status_code == 200
    assert AccessLink.objects.get().codes_sent == 1


def test_what_was_guessed_at_counts_though_it_never_got_out(public, path):
    ask(public, path)
    get(public, path, "no code")
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        ask(public, path)
    assert AccessLink.objects.get().codes_sent == 2


def test_an_address_that_is_gone_by_then_gets_nothing(public, path, somebody):
    ask(public, path)
    somebody.identifiers.filter(kind="email").update(subject=IdentifierFactory().subject)
    deliver()
    assert mail.outbox == []
    row = AccessLink.objects.get()
    assert (row.code, row.codes_sent) == (None, 0)


def test_a_link_that_was_taken_back_by_then_sends_nothing(public, path, package, officer):
    ask(public, path)
    revoke(package=package, actor=officer)
    deliver()
    assert mail.outbox == []
    assert AccessLink.objects.get().code is None


def test_the_words_are_in_the_language_of_the_request(public, path):
    ask(public, path + "?lang=ru")
    deliver()
    assert mail.outbox[-1].to == [EMAIL]
    assert "is your code for the copy of your data" in mail.outbox[-1].body


def test_a_wrong_code_gives_nothing_and_counts(public, path, package):
    ask(public, path)
    deliver()
    right = code_from_mail()
    wrong = "000000" if right != "000000" else "111111"
    said = [get(public, path, wrong) for _nth in range(5)]
    assert [answer.status_code for answer in said] == [400] * 5
    assert "4 more times" in said[0].content.decode()
    assert "not valid any more" in said[4].content.decode()
    assert get(public, path, right).status_code == 400
    assert history(package).count("support.copy-wrong-code") == 5


def test_a_code_is_good_for_one_download(public, path):
    ask(public, path)
    deliver()
    code = code_from_mail()
    assert get(public, path, code)["Content-Type"] == "application/zip"
    assert get(public, path, code).status_code == 400


def test_codes_don_t_come_one_after_the_other(public, path, made):
    ask(public, path)
    again = ask(public, path)
    assert (again.status_code, again["Retry-After"]) == (429, "60")
    assert "You asked for a code a moment ago." in text_of(again)
    deliver()
    assert len(mail.outbox) == 1
    with pytest.raises(TooSoon):
        ask_code(link=made.link)


def test_a_guess_after_the_link_is_gone_gives_nothing(made, package, officer):
    send(made.link)
    code = code_from_mail()
    revoke(package=package, actor=officer)
    with pytest.raises(LinkGone):
        fetch(link=made.link, typed=code)
