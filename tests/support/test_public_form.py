"""A request of somebody outside: one form, three languages, no cookie; the receipt says number and secret once."""

import logging
import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.audit.models import Entry
from apps.cases.models import Case
from apps.core import identifiers
from apps.core.public import client_key
from apps.support.models import SupportRequest
from apps.support.views import public
from tests.factories import IdentifierFactory

PHONE = "+996555123401"
ONCE = "7f1f3a60-58d3-4cc2-9a34-0b7a4f1f9d11"
TEXT = "Упайларым эсептелбей калды"
FORM, STATUS = "/request/?lang=en", "/request/status/?lang=en"


def asked(**values):
    given = {
        "topic": "complaint", "contact": "0555 123 401", "text": TEXT, "speaker": "self", "speaker_name": "",
        "language": "ky", "website": "", "once": ONCE,
    }  # fmt: skip
    return {**given, **values}


def post(place: str, fields: dict[str, str], client: Client | None = None):
    """As a browser sends a form."""
    return (client or Client()).post(place, urlencode(fields), content_type="application/x-www-form-urlencoded")


def send(client=None, place=FORM, **values):
    return post(place, asked(**values), client)


def secret_in(html: str) -> str:
    (secret,) = set(re.findall(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}\b", html))
    return secret


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Send a request about your data"), ("ru", "Обращение о ваших данных"),
     ("ky", "Маалыматыңыз тууралуу кайрылуу")],
)  # fmt: skip
def test_the_form_in_three_languages(db, language, title):
    answer = Client().get(f"/request/?lang={language}")
    html = answer.content.decode()
    assert title in html
    assert f'<html lang="{language}"' in html
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert "<script" not in html
    assert not SupportRequest.objects.exists()


def test_a_topic_can_be_chosen_by_the_link(db):
    assert 'value="unsubscribe" selected' in Client().get("/request/?topic=unsubscribe").content.decode()


def test_the_receipt_and_what_is_kept(db):
    person = IdentifierFactory(value=PHONE).subject
    answer = send()
    html = answer.content.decode()
    made = SupportRequest.objects.get()
    assert made.reference in html
    assert (made.subject, made.contact, made.came_by, made.opened_by) == (person, PHONE, "form", None)
    assert made.messages.get().text == TEXT
    assert made.due_at
    assert (PHONE in html, TEXT in html, answer.cookies) == (False, False, {})
    secret = secret_in(html)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM support_supportrequest r")
        assert secret not in cursor.fetchone()[0]
    facts = str(list(Entry.objects.values_list("facts", flat=True)))
    assert (secret in facts, "123401" in facts) == (False, False)
    assert bytes(made.contact_digest) == identifiers.digest("phone", PHONE)


def test_the_same_page_sent_twice_is_one_request(db):
    first, again = send().content.decode(), send().content.decode()
    assert secret_in(first) == secret_in(again)
    assert SupportRequest.objects.count() == 1
    other = send(text="Something else").content.decode()
    assert secret_in(other) != secret_in(first)
    send(once="7f1f3a60-58d3-4cc2-9a34-0b7a4f1f9d12")
    assert SupportRequest.objects.count() == 3


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"topic": ""}, "This field is required"),
        ({"topic": "hack"}, "Select a valid choice"),
        ({"contact": "12"}, "no complete number or e-mail"),
        ({"contact": "asel@"}, "no complete number or e-mail"),
        ({"text": ""}, "Write what it is about"),
        ({"speaker": "parent"}, "you ask for somebody else"),
        ({"text": "x" * 4001}, "at most 4000"),
        ({"once": "x"}, "Load it anew"),
        ({"website": "http://spam.example"}, "a field that stays empty"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(db, values, told):
    answer = send(**values)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert told in html
    assert "spam.example" not in html
    assert ("text" in values) or TEXT in html
    assert not SupportRequest.objects.exists()


def test_a_known_and_an_unknown_number_are_answered_alike(db):
    IdentifierFactory(value=PHONE)
    answers = [send(contact=number) for number in ("0555 123 401", "0555 123 402")]
    pages = [re.sub(r"SR-\d+-\d+|\b[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}\b", "", a.content.decode()) for a in answers]
    assert pages[0] == pages[1]
    assert dict(answers[0].headers) == dict(answers[1].headers)


def test_an_unverified_one_from_outside_blocks_nobody(desk):
    IdentifierFactory(value=PHONE)
    for number in range(3):
        assert send(text=str(number)).status_code == 200
    assert Case.objects.open().count() == 3


def test_one_visitor_and_all_of_them_have_a_limit(db, monkeypatch):
    monkeypatch.setattr(public, "MADE", public.Limit("test-made", 2, 600))
    assert [send(text=str(number)).status_code for number in range(3)] == [200, 200, 429]
    stopped = send(place="/request/?lang=ru", text="4")
    assert stopped["Retry-After"] == "600"
    assert "через 10 минут" in stopped.content.decode()
    other = Client(REMOTE_ADDR="203.0.113.9")
    assert send(other, text="5").status_code == 200
    monkeypatch.setattr(public, "MADE_BY_ALL", public.Limit("test-all", 1, 600))
    assert send(other, text="6").status_code == 200
    assert send(Client(REMOTE_ADDR="203.0.113.10"), text="8").status_code == 429


def test_what_is_sent_at_all_has_a_limit_too(db, monkeypatch):
    monkeypatch.setattr(public, "SENT", public.Limit("test-sent", 1, 600))
    assert [send(topic="").status_code for _number in range(2)] == [400, 429]


def test_too_much_is_not_read(db):
    answer = Client().post(FORM, b"text=" + b"x" * 70_000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "fewer words" in answer.content.decode()


def test_who_is_counted_together(settings):
    def key(address: str, **headers: str) -> str:
        return client_key(RequestFactory().get("/", REMOTE_ADDR=address, **headers))

    assert key("203.0.113.9") != key("203.0.113.10")
    assert key("2001:db8::1") == key("2001:db8::2") != key("2001:db8:0:1::1")
    assert "203.0.113.9" not in key("203.0.113.9")
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert key("127.0.0.1") == ""
    settings.CLIENT_ADDRESS_HEADER = "HTTP_X_FORWARDED_FOR"
    told = {"HTTP_X_FORWARDED_FOR": "198.51.100.7, 203.0.113.9"}
    assert key("127.0.0.1", **told) == key("10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert key("127.0.0.1") == ""


def test_the_addresses_stand_in_the_foot_of_public_pages(db):
    assert 'href="/request/?lang=en"' in Client().get("/contacts/?lang=en").content.decode()
    assert reverse("request_status") == "/request/status/"


def test_nothing_of_it_reaches_the_log(db, caplog):
    caplog.set_level(logging.DEBUG)
    send()
    send(contact="12")
    assert "123401" not in caplog.text
    assert TEXT not in caplog.text
