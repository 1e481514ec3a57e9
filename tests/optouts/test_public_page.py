"""Rules 7 to 17 of one-click unsubscribing (RFC 8058 and its surroundings), over real HTTP."""

import pytest

from apps.core import identifiers
from apps.optouts.services.links import seal
from tests.keys import NEW_LINK_KEY
from tests.optouts.conftest import events, link_of, suppressions
from tests.servers import web_server

pytestmark = pytest.mark.embedded

FORM = "application/x-www-form-urlencoded"
ONE_CLICK = b"List-Unsubscribe=One-Click"
# The example of RFC 8058 §8.3, whose last boundary is wrong: `---FormBoundaryjWmhtjORrn` instead of two hyphens.
RFC_EXAMPLE = (
    b"---FormBoundaryjWmhtjORrn\r\n"
    b'Content-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
    b"One-Click\r\n"
    b"---FormBoundaryjWmhtjORrn--\r\n"
)
MULTIPART = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
PAGE = b"from-page=1"


def test_one_click_needs_nothing_and_is_answered_200_without_a_cookie(web, home, link, path):
    answer = web.request("POST", path, ONE_CLICK, Content_Type=FORM)
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers
    assert (suppressions(home, link), events(home, link)) == (1, 1)
    row = "SELECT channel || purpose || sender || reason FROM optouts_suppression WHERE digest = %s"
    assert home.value(row, link.digest) == "emailadvertisingallrefusal"


def test_one_click_is_in_the_audit_without_an_actor(web, home, link, path):
    web.request("POST", path, ONE_CLICK, Content_Type=FORM)
    entry = (
        "SELECT count(*) FROM audit_entry e JOIN optouts_suppression s ON s.id = e.target_id"
        " WHERE e.action = 'optouts.accept' AND e.actor_id IS NULL AND s.digest = %s"
    )
    assert home.value(entry, link.digest) == 1


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, ONE_CLICK),
        (f"{FORM}; charset=UTF-8", ONE_CLICK + b"\r\n"),
        ("multipart/form-data; boundary=b", MULTIPART),
        ("multipart/form-data; boundary=b; charset=utf-8", MULTIPART + b"\r\n"),
        ("multipart/form-data; boundary=-FormBoundaryjWmhtjORrn", RFC_EXAMPLE),
        ("multipart/form-data", MULTIPART),
        (FORM, b""),
        (FORM, b"\r\n"),
        ("text/plain", ONE_CLICK),
        (FORM, b"list-unsubscribe=one-click"),
        (FORM, b"List-Unsubscribe=One-Click&foo=%ff"),
    ],
)
def test_every_body_that_mail_programs_send_counts(web, home, link, path, content_type, body):
    assert web.request("POST", path, body, Content_Type=content_type).status == 200
    assert suppressions(home, link) == 1


def test_a_post_without_any_body_or_type_counts(web, home, link, path):
    assert web.request("POST", path).status == 200
    assert suppressions(home, link) == 1


def test_a_chunked_body_is_read(web, home, link, path):
    assert web.request("POST", path, iter([b"List-Unsub", b"scribe=No"]), Content_Type=FORM).status == 400
    assert suppressions(home, link) == 0
    assert web.request("POST", path, iter([b"List-Unsub", b"scribe=One-Click"]), Content_Type=FORM).status == 200
    assert suppressions(home, link) == 1


@pytest.mark.parametrize("body", [b"List-Unsubscribe=No", b"List-Unsubscribe=No&from-page=1", b"hello", b"\xff\x00{"])
def test_a_body_that_does_not_say_unsubscribe_is_400_and_changes_nothing(web, home, link, path, body):
    answer = web.request("POST", path, body, Content_Type=FORM)
    assert answer.status == 400
    assert suppressions(home, link) == 0


def test_an_oversized_body_is_refused_before_it_is_parsed(web, home, link, path):
    assert web.request("POST", path, ONE_CLICK + b"&x=" + b"y" * 20_000, Content_Type=FORM).status == 413
    assert web.request("POST", path, iter([ONE_CLICK, b"&x=", b"y" * 200_000]), Content_Type=FORM).status == 413
    assert suppressions(home, link) == 0


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(web, home, link, path, method):
    files = {file.name: file.stat().st_size for file in home.journal.glob("*")}
    answer = web.request(method, path)
    assert answer.status == 200
    assert bool(answer.body) == (method == "GET")
    assert "Set-Cookie" not in answer.headers
    assert (suppressions(home, link), events(home, link)) == (0, 0)
    assert {file.name: file.stat().st_size for file in home.journal.glob("*")} == files


def test_the_page_has_no_script_and_a_button_that_works(web, home, link, path):
    page = web.request("GET", path).text
    assert "<script" not in page
    assert "onload" not in page
    assert '<form method="post">' in page
    answer = web.request("POST", path, PAGE, Content_Type=FORM)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert link.masked in answer.text
    medium = "SELECT medium FROM optouts_optoutevent WHERE digest = %s"
    assert home.value(medium, link.digest) == "link"


def test_a_second_post_is_answered_the_same_and_changes_no_state(web, home, link, path):
    first = web.request("POST", path, ONE_CLICK, Content_Type=FORM)
    since = home.value("SELECT since FROM optouts_suppression WHERE digest = %s", link.digest)
    second = web.request("POST", path, ONE_CLICK, Content_Type=FORM)
    assert (first.status, first.body) == (second.status, second.body)
    assert suppressions(home, link) == 1
    assert home.value("SELECT since FROM optouts_suppression WHERE digest = %s", link.digest) == since


def test_a_link_works_again_after_it_was_used(web, path):
    web.request("POST", path, ONE_CLICK, Content_Type=FORM)
    assert web.request("GET", path).status == 200
    assert web.request("POST", path, ONE_CLICK, Content_Type=FORM).status == 200


def test_links_of_the_old_key_and_of_the_new_one_work(web, home, address, settings):
    for keys in (settings.AMANAT_LINK_KEYS, [NEW_LINK_KEY]):
        settings.AMANAT_LINK_KEYS = keys
        link = link_of(f"{keys[0][0]}-{address}")
        assert web.request("POST", f"/u/{seal(link)}", ONE_CLICK, Content_Type=FORM).status == 200
        assert suppressions(home, link) == 1


def test_every_wrong_token_gets_the_same_404(web, home, link, path, settings):
    token = path.removeprefix("/u/")
    settings.AMANAT_LINK_KEYS = ["9:" + "A" * 43 + "="]
    forged = seal(link)
    flipped = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
    cut = [token[:-4], token + "A", token + "/", f"ru/{token}", flipped]
    wrong = [forged, *cut, "", "x", "x" * 3000, "%00", "..%2f", "%C3%A9", "%0A"]
    answers = [
        web.request(method, f"/u/{text}", body, Content_Type=FORM)
        for text in wrong
        for method, body in (("GET", None), ("POST", ONE_CLICK))
    ]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.body for answer in answers}) == 1
    assert len({str(sorted((k, v) for k, v in answer.headers.items() if k != "Date")) for answer in answers}) == 1
    assert suppressions(home, link) == 0


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("GET", None, 200),
        ("HEAD", None, 200),
        ("POST", ONE_CLICK, 200),
        ("POST", PAGE, 200),
        ("POST", b"List-Unsubscribe=No", 400),
        ("POST", b"x" * 20_000, 413),
        ("PUT", b"", 405),
        ("DELETE", None, 405),
        ("OPTIONS", None, 405),
    ],
)
def test_every_answer_carries_the_headers_of_a_private_page(web, path, method, body, status):
    for where, expected in ((path, status), ("/u/nonsense", 404 if status != 405 else 405)):
        answer = web.request(method, where, body, Content_Type=FORM)
        assert answer.status == expected
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "Set-Cookie" not in answer.headers
        assert "Location" not in answer.headers
        if status == 405:
            assert answer.headers["Allow"] == "GET, HEAD, POST"


def test_a_token_can_do_nothing_but_refuse_for_its_own_address(web, home, address, path):
    other = link_of(f"other-{address}")
    query = f"?digest={other.digest.hex()}&channel=all&resubscribe=1&kind=email"
    answer = web.request("POST", path + query, PAGE + b"&resubscribe=1&channel=all", Content_Type=FORM)
    assert answer.status == 200
    assert suppressions(home, other) == 0
    channels = "SELECT string_agg(channel, ',') FROM optouts_suppression WHERE digest = %s"
    assert home.value(channels, identifiers.digest("email", address)) == "email"
    assert address not in answer.text
    assert address not in web.request("GET", path).text


@pytest.mark.parametrize(
    ("query", "accept", "in_link", "expected"),
    [
        ("", "", "", "ky"),
        ("", "ru-RU,ru;q=0.9,en;q=0.5", "", "ru"),
        ("", "de, en-GB;q=0.8", "", "en"),
        ("", "ru", "ky", "ky"),
        ("?lang=en", "ru", "ky", "en"),
        ("?lang=xx", "ru", "", "ru"),
    ],
)
def test_the_page_speaks_the_person_s_language(web, address, query, accept, in_link, expected):
    token = seal(link_of(address, language=in_link))
    answer = web.request("GET", f"/u/{token}{query}", Accept_Language=accept)
    assert f'<html lang="{expected}">' in answer.text
    assert answer.headers["Content-Language"] == expected
    for code in ("ky", "ru", "en"):
        assert f'href="?lang={code}" lang="{code}"' in answer.text


def test_the_page_shows_the_address_masked_and_what_goes_on(web, link, path):
    page = web.request("GET", path + "?lang=en").text
    assert link.masked in page
    assert "Stop advertising by email?" in page
    assert "Service messages" in page


@pytest.mark.parametrize(
    ("narrowed", "words"),
    [
        ({}, "All advertising is stopped"),
        ({"purpose": "advertising-news"}, "This advertising is stopped"),
        ({"sender": "bereke"}, "This advertising is stopped"),
    ],
)
def test_the_page_claims_no_more_than_was_done(web, address, narrowed, words):
    link = link_of(address, channel="all", **narrowed)
    assert words in web.request("POST", f"/u/{seal(link)}?lang=en", PAGE, Content_Type=FORM).text


def test_behind_a_proxy_that_ends_tls_nothing_is_redirected(home, link, path):
    proxy = {"PUBLIC_BASE_URL": "https://amanat.example", "SECURE_PROXY_SSL_HEADER": "HTTP_X_FORWARDED_PROTO,https"}
    with web_server(home, ALLOWED_HOSTS="amanat.example,127.0.0.1", **proxy) as web:
        for headers in ({}, {"X_Forwarded_Proto": "https"}):
            assert web.request("POST", path, ONE_CLICK, Content_Type=FORM, **headers).status == 200
            assert web.request("GET", path, **headers).status == 200
    assert suppressions(home, link) == 1


def test_503_when_neither_journal_nor_database_can_keep_it(home, link):
    # A file stands where the journal's folder should be, and the database is frozen.
    journal = home.journal
    aside = home.path / "journal-aside"
    if journal.exists():
        journal.rename(aside)
    journal.write_bytes(b"")
    try:
        with web_server(home) as web:
            with home.frozen():
                answer = web.request("POST", f"/u/{seal(link)}", PAGE, Content_Type=FORM)
                assert answer.status == 503
                assert answer.headers["Cache-Control"] == "no-store"
                assert answer.headers["Retry-After"]
            assert suppressions(home, link) == 0
            # The database alone is enough.
            assert web.request("POST", f"/u/{seal(link)}", PAGE, Content_Type=FORM).status == 200
            assert suppressions(home, link) == 1
    finally:
        journal.unlink()
        if aside.exists():
            aside.rename(journal)
