"""Replies by SMS over real HTTP: a word acts at once, also while the database is down; the rest is queued."""

import datetime as dt
import json
from itertools import count
from urllib.parse import urlencode

import pytest

from apps.core.identifiers import digest
from apps.optouts.models import InboundMessage
from tests.optouts.conftest import let_in
from tests.optouts.test_api import SMS, bearer, said
from tests.servers import Home, WebServer, own_home, web_server
from tests.warming import frozen

pytestmark = pytest.mark.embedded

_numbers = count(200_000)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
_SCOPE = "concat_ws(' ', channel, purpose, sender, reason)"
SUPPRESSED = f"SELECT string_agg({_SCOPE}, ';') FROM optouts_suppression WHERE digest = %s"
ACCEPTED = (
    "SELECT count(*) FROM audit_entry e JOIN optouts_suppression s ON s.id = e.target_id"
    " WHERE s.digest = %s AND e.action = 'optouts.accept'"
)
EVENTS = "SELECT count(*) FROM optouts_optoutevent WHERE digest = %s AND medium = 'sms'"
QUEUED = "SELECT count(*) FROM optouts_inboundmessage WHERE digest = %s"


@pytest.fixture
def phone() -> str:
    return f"+996555{next(_numbers):06d}"


@pytest.fixture(scope="module")
def secret(home: Home) -> str:
    return let_in(home, "inbound-sms", "gateway", numbers='{"4401": "bereke"}')


def post(web: WebServer, secret: str, body: object, kind: str = JSON):
    data = body if isinstance(body, bytes) else json.dumps(body).encode() if kind == JSON else urlencode(body).encode()
    return web.request("POST", SMS, data, Content_Type=kind, **bearer(secret))


def of(phone: str) -> bytes:
    return digest("phone", phone)


def test_a_word_refuses_advertising_by_sms_and_the_address_is_remembered(home, web, secret, phone):
    body = {"from": phone, "to": "7777", "text": " СТOП! ", "id": f"m{phone}", "received_at": "2026-11-10T07:31:02Z"}
    assert said(post(web, secret, body)) == (200, {"accepted": 1})
    assert home.value(SUPPRESSED, of(phone)) == "sms advertising all refusal"
    assert home.value(QUEUED, of(phone)) == 0
    occurred = home.value("SELECT occurred_at FROM optouts_optoutevent WHERE digest = %s", of(phone))
    assert occurred == dt.datetime(2026, 11, 10, 7, 31, 2, tzinfo=dt.UTC)
    known = "SELECT value IS NOT NULL FROM optouts_suppressedaddress WHERE digest = %s"
    assert home.value(known, of(phone))
    assert home.value(ACCEPTED, of(phone)) == 1


def test_the_same_message_again_changes_nothing(home, web, secret, phone):
    for text, question in (("stop", EVENTS), ("stop it please", QUEUED)):
        body = {"from": phone, "text": text, "id": f"{text}{phone}"}
        assert [post(web, secret, body).status for _ in range(3)] == [200, 200, 200]
        assert home.value(question, of(phone)) == 1
    timed = {"from": phone, "text": "алло?", "received_at": "2026-11-10T07:31:02Z"}
    assert [post(web, secret, timed).status for _ in range(2)] == [200, 200]
    assert home.value(QUEUED, of(phone)) == 2


def test_a_reply_to_a_partners_number_refuses_that_partners_messages(home, web, secret, phone):
    assert post(web, secret, {"from": phone, "to": "+4401", "text": "STOP"}).status == 200
    assert home.value(SUPPRESSED, of(phone)) == "sms advertising bereke refusal"


@pytest.mark.parametrize("text", ["stop sending me this", "СТОП на бардыгы", "кто это?", ""])
def test_anything_longer_waits_for_somebody_sealed(home, web, secret, phone, text):
    assert post(web, secret, {"from": phone, "to": "7777", "text": text, "id": f"q{phone}"}).status == 200
    assert home.value(SUPPRESSED, of(phone)) is None
    row = "SELECT state || ' ' || sent_to || ' ' || source FROM optouts_inboundmessage WHERE digest = %s"
    assert home.value(row, of(phone)) == "open 7777 gateway"
    sealed = home.value("SELECT text FROM optouts_inboundmessage WHERE digest = %s", of(phone))
    assert InboundMessage._meta.get_field("text").unseal(sealed) == text
    assert not text or text.encode() not in sealed


def test_what_no_phone_sent_is_not_lost(home, web, secret):
    before = home.value("SELECT count(*) FROM optouts_inboundmessage WHERE digest IS NULL")
    assert post(web, secret, {"from": "BEREKE", "text": "STOP", "id": "no-phone"}).status == 200
    assert home.value("SELECT count(*) FROM optouts_inboundmessage WHERE digest IS NULL") == before + 1


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        (FORM, lambda phone: urlencode({"From": phone, "Body": "стоп", "MessageSid": phone}).encode()),
        (
            f"{FORM}; charset=windows-1251",
            lambda phone: urlencode({"msisdn": phone, "message": "стоп"}, encoding="cp1251").encode(),
        ),
        (JSON, lambda phone: json.dumps({"results": [{"from": phone, "text": "стоп", "messageId": phone}]}).encode()),
        (JSON, lambda phone: json.dumps([{"sender": int(phone[1:]), "content": "стоп"}]).encode()),
        ("text/plain", lambda phone: json.dumps({"from": phone, "text": "стоп"}).encode("utf-8")),
        (
            "multipart/form-data; boundary=b",
            lambda phone: (
                f'--b\r\nContent-Disposition: form-data; name="from"\r\n\r\n{phone}\r\n'
                f'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nстоп\r\n--b--\r\n'
            ).encode(),
        ),
    ],
)  # fmt: skip
def test_bodies_that_gateways_send(home, web, secret, phone, kind, make):
    assert said(post(web, secret, make(phone), kind)) == (200, {"accepted": 1})
    assert home.value(SUPPRESSED, of(phone)) == "sms advertising all refusal"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "body"),
        (b"{", 400, "body"),
        (b"[1]", 400, "body"),
        (b"[" * 5000, 400, "body"),
        (b"{}", 400, "fields"),
        (b'{"text": "STOP"}', 400, "fields"),
        (b'{"from": "' + b"9" * 300_000 + b'"}', 413, "too-large"),
        (json.dumps([{"from": "1", "text": "x"}] * 101).encode(), 400, "too-many"),
        (b"from=1&text=%ff", 400, "body"),
    ],
)
def test_what_is_no_message_is_refused_by_a_code(home, web, secret, body, status, code):
    before = home.value("SELECT count(*) FROM optouts_inboundmessage")
    assert said(post(web, secret, body, FORM if body.startswith(b"from") else JSON)) == (status, {"error": code})
    assert home.value("SELECT count(*) FROM optouts_inboundmessage") == before


def test_nothing_personal_reaches_the_log(home, web, secret, phone):
    post(web, secret, {"from": phone, "text": "мой дом Чуй 4"})
    log = web.log.read_text()
    assert log
    assert phone[1:] not in log
    assert "Чуй" not in log
    assert secret not in log


def test_while_the_database_is_down_words_are_kept_and_other_messages_come_back(home, web, secret, phone):
    assert post(web, secret, {"from": phone, "text": "hello", "id": f"first{phone}"}).status == 200
    refused = [f"+996700{n:06d}" for n in range(20)]
    stranger = let_in(home, "inbound-sms", "other-gateway")
    with frozen(web):
        answers = [post(web, secret, {"from": number, "text": "STOP", "id": number}) for number in refused]
        assert {answer.status for answer in answers} == {200}
        longer = post(web, secret, {"from": phone, "text": "call me", "id": f"later{phone}"})
        assert said(longer) == (503, {"error": "away"})
        assert longer.headers["Retry-After"]
        # Whoever this machine has not let in before has to wait: nobody can say whether the token is good.
        assert said(post(web, stranger, {"from": phone, "text": "STOP"})) == (503, {"error": "away"})
    home.manage("replay_journal")
    found = "SELECT count(DISTINCT digest) FROM optouts_suppression WHERE digest = ANY(%s)"
    assert home.value(found, [of(number) for number in refused]) == 20


def test_503_when_neither_journal_nor_database_can_keep_a_word(phone):
    with own_home(durable=False) as home:
        secret = let_in(home, "inbound-sms")
        home.journal.write_bytes(b"")  # a file stands where the journal's folder should be
        with web_server(home) as web:
            assert post(web, secret, {"from": phone, "text": "hello"}).status == 200
            word = {"from": phone, "text": "STOP", "id": "1"}
            with home.frozen():
                assert said(post(web, secret, word)) == (503, {"error": "away"})
            # The gateway comes again: the database alone is enough.
            assert said(post(web, secret, word)) == (200, {"accepted": 1})
            assert home.value(SUPPRESSED, of(phone)) == "sms advertising all refusal"
            assert home.value(EVENTS, of(phone)) == 1
