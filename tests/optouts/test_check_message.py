"""A sample message and the rules that its headers pass."""

import base64
import hashlib
import random
import re
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.accounts.choices import Role
from apps.optouts.choices import Result
from apps.optouts.services.message.opacity import disclosures
from apps.optouts.services.message.rules import check_message
from apps.optouts.services.message.texts import FINDINGS, RULES, finding_text
from apps.optouts.services.mint import Mailing, mint
from tests.factories import make_user
from tests.optouts.rfc8058 import NotRfc8058, one_click_address

CHECK = "admin:optouts_message"
BASE = "https://amanat.example"
WHO = "asel@mail.example"
POST = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
DKIM = (
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=bereke.example; s=mail;\r\n"
    "\th=From:To:Subject:\r\n\t List-Unsubscribe:List-Unsubscribe-Post; bh=MTIzNDU2Nzg=;\r\n\tb=MTIzNDU2\r\n\t Nzg5"
)
FOREIGN = "https://lists.example/u/q8sdf-77"
PASSED, FAILED, UNSURE, IDLE = Result.PASSED, Result.FAILED, Result.UNSURE, Result.IDLE


@pytest.fixture(autouse=True)
def base(settings):
    settings.PUBLIC_BASE_URL = BASE


def url(raw: str = WHO, **mailing) -> str:
    return mint(mailing=Mailing(channel="email", **mailing), raw=raw).unsubscribe_url


def message(*headers: str, to: str = WHO) -> bytes:
    lines = ["From: Bereke <news@bereke.example>", f"To: {to}", "Subject: =?utf-8?b?0JDQutGG0LjRjw==?=", *headers]
    return ("\r\n".join(lines) + "\r\n\r\nbody, asel@mail.example\r\n").encode()


def good(**mailing) -> bytes:
    return message(DKIM, f"List-Unsubscribe: <{url(**mailing)}>, <mailto:stop@bereke.example>", POST)


def results(raw: bytes, *, service: bool = False) -> list[Result]:
    return [rule.result for rule in check_message(raw, service=service).rules]


def codes(raw: bytes, number: int, *, service: bool = False) -> list[str]:
    rule = check_message(raw, service=service).rules[number - 1]
    assert rule.number == number
    return [finding.code for finding in rule.findings]


def lines(raw: bytes, number: int) -> tuple[str, ...]:
    return check_message(raw, service=False).rules[number - 1].lines


def test_a_message_with_our_headers_passes():
    assert results(good()) == [PASSED, PASSED, PASSED, IDLE, PASSED, PASSED]
    report = check_message(good(campaign="spring"), service=False)
    assert report.passed
    assert (report.link.masked, report.link.campaign) == ("a•••@m•••.example", "spring")
    assert codes(good(), 3) == ["dkim-unverified"]


def test_what_mint_gives_is_read_alike_by_another_reader_of_the_rfc():
    minted = mint(mailing=Mailing(channel="email", campaign="весна-26", sender="bereke", language="ky"), raw=WHO)
    raw = message(
        DKIM, f"List-Unsubscribe: {minted.list_unsubscribe}", f"List-Unsubscribe-Post: {minted.list_unsubscribe_post}"
    )
    assert one_click_address(raw.splitlines()) == (minted.unsubscribe_url, [])
    assert check_message(raw, service=False).passed
    with pytest.raises(NotRfc8058):
        one_click_address(raw.replace(b"One-Click", b"one-click").splitlines())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ["list-missing"]),
        ("<mailto:stop@bereke.example>", ["https-missing"]),
        ("<http://lists.example/u/1>", ["https-missing", "other-scheme"]),
        (f"<{FOREIGN}>, <{FOREIGN}2>", ["https-many"]),
        (f"<{FOREIGN}>, <ftp://lists.example/1>", ["other-scheme"]),
        (FOREIGN, ["no-brackets"]),
        (f"<{FOREIGN}> unsubscribe here", ["beside-brackets"]),
        ("<https://lists.example/u/q8sdf\r\n -77>", ["blank-in-uri"]),
        (f"=?utf-8?q?=3C{FOREIGN}=3E?=", ["encoded-word"]),
        ("<https://lists.example/отписка>", ["not-ascii"]),
    ],
)
def test_the_first_rule_names_what_is_wrong(value, expected):
    raw = message(DKIM, POST, *([f"List-Unsubscribe: {value}"] if value else []))
    assert codes(raw, 1) == expected
    assert results(raw)[0] == FAILED
    (line,) = lines(raw, 1)
    name, _colon, rest = line.partition(": ")
    assert name == "List-Unsubscribe"
    assert re.fullmatch(r"<https://[^<>\s]+>(, <mailto:[^<>\s]+>)?", rest)


@pytest.mark.parametrize("value", [f"<{FOREIGN}>", f"(stop) <{FOREIGN}>,\r\n <mailto:stop@bereke.example> (or so)"])
def test_a_mailto_a_comment_and_a_fold_between_addresses_are_allowed(value):
    raw = message(DKIM, f"list-unsubscribe: {value}", POST)
    assert results(raw) == [PASSED, PASSED, PASSED, IDLE, PASSED, UNSURE]


def test_a_field_that_comes_twice_is_one_too_many():
    field = f"List-Unsubscribe: <{FOREIGN}>"
    assert codes(message(field, field, POST), 1) == ["list-twice", "https-many"]
    assert codes(message(field, POST, POST), 2) == ["post-twice"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([f"List-Unsubscribe: <{FOREIGN}>"], ["post-missing"]),
        ([f"List-Unsubscribe: <{FOREIGN}>", "List-Unsubscribe-Post: List-Unsubscribe = One-Click"], ["post-value"]),
        (["List-Unsubscribe: <mailto:a@b.kg>", POST], ["post-alone"]),
    ],
)
def test_the_second_rule(fields, expected):
    raw = message(*fields)
    assert codes(raw, 2) == expected
    assert lines(raw, 2)[-1] == POST
    assert len(lines(raw, 2)) == (2 if expected == ["post-alone"] else 1)


@pytest.mark.parametrize(
    ("dkim", "expected"),
    [
        ("", ["dkim-missing"]),
        (DKIM.replace(":List-Unsubscribe-Post", ""), ["dkim-misses"]),
        (DKIM.replace("List-Unsubscribe:", ""), ["dkim-misses"]),
        (DKIM.replace("From:", ""), ["dkim-from"]),
        (DKIM.replace("s=mail;", ""), ["dkim-tags"]),
        (DKIM.replace("s=mail;", "s=mail; s=other;"), ["dkim-tags"]),
        (DKIM.replace("sha256", "sha1"), ["dkim-weak"]),
        (DKIM.replace("bh=MTIz", "bh=!!!"), ["dkim-base64"]),
    ],
)
def test_the_third_rule(dkim, expected):
    raw = message(*([dkim] if dkim else []), f"List-Unsubscribe: <{FOREIGN}>", POST)
    assert codes(raw, 3) == expected
    (line,) = lines(raw, 3)
    names = line.removeprefix("h=").lower().split(":")
    assert {"from", "list-unsubscribe", "list-unsubscribe-post"} <= set(names)
    assert len(names) == len(set(names))


def test_of_several_signatures_one_that_covers_both_is_enough():
    other = DKIM.replace(":List-Unsubscribe-Post", "").replace("bereke", "provider")
    raw = message(other, DKIM, f"List-Unsubscribe: <{FOREIGN}>", POST)
    assert results(raw)[2] == PASSED
    assert [s.domain for s in check_message(raw, service=False).signatures] == ["provider.example", "bereke.example"]


def test_a_service_message_carries_neither():
    assert results(message(DKIM), service=True) == [IDLE, IDLE, IDLE, PASSED, IDLE, IDLE]
    report = check_message(good(), service=True)
    assert report.rules[3].result == FAILED
    assert report.rules[3].remove
    assert len(report.rules[3].lines) == 2


TO64 = base64.urlsafe_b64encode(WHO.encode()).decode().rstrip("=")
PHONE64 = base64.b64encode(b'{"p":"+996555123401"}').decode()


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        (f"https://l.example/u?e={WHO}", "email-in-uri"),
        (f"https://l.example/u?e={quote(WHO, safe='')}", "email-in-uri"),
        (f"https://l.example/u?e={quote(quote(WHO, safe=''), safe='')}", "email-in-uri"),
        (f"https://l.example/u/{TO64}", "email-in-uri"),
        (f"https://l.example/u/{quote(TO64)}/x", "email-in-uri"),
        (f"https://l.example/u/{WHO.encode().hex()}", "email-in-uri"),
        (f"https://l.example/u/{base64.urlsafe_b64encode(TO64.encode()).decode()}", "email-in-uri"),
        ("https://l.example/u/asel=mail.example", "email-in-uri"),
        (f"https://l.example/u/{hashlib.md5(WHO.encode(), usedforsecurity=False).hexdigest()}", "digest-in-uri"),
        (f"https://l.example/u/{hashlib.sha256(WHO.encode()).hexdigest().upper()}", "digest-in-uri"),
        ("https://l.example/u?p=%2B996555123401", "phone-in-uri"),
        ("https://l.example/u/0555123401", "phone-in-uri"),
        ("https://l.example/u/996555123401/sms", "phone-in-uri"),
        (f"https://l.example/u?d={PHONE64}", "phone-in-uri"),
    ],
)
def test_an_address_that_gives_the_person_away(uri, code):
    raw = message(f"List-Unsubscribe: <{uri}>", POST)
    assert code in codes(raw, 5)
    told = " ".join(finding_text(finding) for finding in check_message(raw, service=False).rules[4].findings)
    for plain in (WHO, "555123401"):
        assert plain not in told
        assert plain not in lines(raw, 5)[0]
    assert "/u/…" in lines(raw, 5)[0]


def test_a_mailto_may_name_the_list_and_not_the_person():
    field = f"List-Unsubscribe: <{FOREIGN}>, <mailto:stop@bereke.example%s>"
    assert codes(message(field % "", POST), 5) == ["opaque"]
    assert codes(message(field % f"?subject={WHO}", POST), 5) == ["email-in-uri"]


@pytest.mark.parametrize(
    "uri", [FOREIGN, "https://l.example/u/1762750000", "https://l.example/c/20261125-0930/555123401x", f"{BASE}/u/x"]
)
def test_numbers_that_are_no_phones_give_nobody_away(uri):
    assert disclosures(uri, [WHO]) == []


def test_no_sealed_link_is_ever_taken_for_something_that_can_be_read():
    for number in range(300):
        who = f"asel{number}@mail.example"
        assert codes(message(f"List-Unsubscribe: <{url(who)}>", to=who), 5) == ["sealed"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda link: f"{link}/", "uri-trailing-slash"),
        (lambda link: f"{link}?utm_source=news", "uri-appended"),
        (lambda link: f"{link}#x", "uri-appended"),
        (lambda link: link.replace("/u/", "/ru/u/"), "uri-language-prefix"),
        (lambda link: link.replace("https://amanat", "https://AMANAT"), "uri-not-exact"),
        (lambda link: link.replace("https:", "http:"), "uri-not-https"),
        (lambda link: f"https://click.example/?to={quote(link, safe='')}", "uri-other-host"),
        (lambda link: link.replace("amanat.example", "www.amanat.example"), "uri-other-host"),
    ],
)
def test_a_link_of_ours_has_to_be_exactly_as_it_was_made(change, code):
    raw = message(f"List-Unsubscribe: <{change(url())}>", POST)
    assert codes(raw, 6) == [code]
    assert lines(raw, 6) == (f"List-Unsubscribe: <{url()}>",)


def test_on_our_host_only_what_a_key_verifies():
    assert codes(message(f"List-Unsubscribe: <{url()[:-3]}>"), 6) == ["uri-not-minted"]
    assert codes(message(f"List-Unsubscribe: <{url()}>", to="other@mail.example"), 6) == ["of-another"]
    assert codes(message("List-Unsubscribe: <https://lists.example/ru/stop>"), 6) == ["uri-language-prefix"]
    assert codes(message(f"List-Unsubscribe: <{FOREIGN}>"), 6) == ["foreign"]


def test_an_installation_that_is_not_https_is_to_blame_itself(settings):
    settings.PUBLIC_BASE_URL = "http://localhost:8000"
    raw = message(DKIM, f"List-Unsubscribe: <{url()}>", POST)
    assert (codes(raw, 1), lines(raw, 1)) == (["base-not-https"], ())


def test_every_finding_and_every_rule_has_its_words():
    assert set(RULES) == set(range(1, 7))
    for code in FINDINGS:
        assert "%(" not in str(FINDINGS[code]) % {"count": 2, "domain": "x", "names": "y", "masked": "z"}


@settings(deadline=None)
@given(st.binary(max_size=3000), st.booleans())
def test_whatever_is_given_it_is_read(raw, service):
    report = check_message(raw, service=service)
    assert [rule.number for rule in report.rules] == [1, 2, 3, 4, 5, 6]


def test_thousands_of_damaged_messages_are_read():
    whole, chance = good(), random.Random(8058)  # noqa: S311
    told = set()
    for _time in range(3000):
        raw = bytearray(whole)
        for _hit in range(chance.randint(1, 8)):
            place = chance.randrange(len(raw))
            kind = chance.randrange(4)
            if kind == 0:
                raw[place] = chance.randrange(256)
            elif kind == 1:
                del raw[place : place + chance.randint(1, 60)]
            elif kind == 2:
                raw[place:place] = raw[: chance.randint(1, 200)]
            else:
                raw[place:place] = chance.choice(
                    [b"\r\n", b"<", b">", b"=?utf-8?b?", b"?=", b"\0", b";", b"%", b"\n\n"]
                )
            if len(raw) < 2:
                break
        report = check_message(bytes(raw), service=False)
        told |= {finding.code for rule in report.rules for finding in rule.findings}
        shown = [text for rule in report.rules for text in (*map(finding_text, rule.findings), *rule.lines)]
        assert "".join([*shown, *(f"{s.domain}{s.selector}" for s in report.signatures)]).encode() is not None
    assert len(told) > 15, "the damage was looked at"


def enter(role) -> Client:
    client = Client()
    client.force_login(make_user(role), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
def test_the_page_says_what_passes_and_what_to_change(desk):
    upload = SimpleUploadedFile("asel@mail.example.eml", good().replace(b":List-Unsubscribe-Post", b""))
    answer = desk.post(reverse(CHECK), {"kind": "advertising", "file": upload})
    shown = answer.content.decode()
    assert answer["Cache-Control"].startswith("max-age=0")
    assert "Something has to change" in shown
    assert "does not cover list-unsubscribe-post" in shown
    assert "h=from:to:subject:list-unsubscribe:list-unsubscribe-post" in shown
    assert "a•••@m•••.example" in shown
    assert WHO not in shown
    whole = desk.post(reverse(CHECK), {"kind": "advertising", "text": good().decode()}).content.decode()
    assert "The message breaks no rule" in whole
    assert WHO not in whole


@pytest.mark.django_db
def test_the_page_says_what_it_can_t_take(desk):
    for fields, words in (({}, "Choose a message"), ({"text": "  \n"}, "Choose a message")):
        answer = desk.post(reverse(CHECK), {"kind": "advertising", **fields})
        assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert "it has no headers" in desk.post(reverse(CHECK), {"kind": "advertising", "text": "hello"}).content.decode()


@pytest.mark.django_db
def test_a_large_message_is_never_written_to_a_disk(desk, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a temporary file")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    upload = SimpleUploadedFile("x.eml", good() + b"x" * 4_000_000)
    shown = desk.post(reverse(CHECK), {"kind": "advertising", "file": upload}).content.decode()
    assert "The message breaks no rule" in shown
    upload = SimpleUploadedFile("x.eml", good() + b"x" * 26 * 1024 * 1024)
    answer = desk.post(reverse(CHECK), {"kind": "advertising", "file": upload})
    assert (answer.status_code, "larger than 25 MB" in answer.content.decode()) == (400, True)


@pytest.mark.django_db
def test_the_page_asks_for_the_token_of_its_form():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(Role.OFFICER), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse(CHECK), {"kind": "advertising", "text": "x"}).status_code == 403
