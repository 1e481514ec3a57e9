"""Rules 7 to 17 for links, in one table, over real HTTP: on its own, and behind a proxy that ends TLS.

Each row is asked of a link of its own, of every front: what is answered, and what has changed then.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from apps.core import clock
from apps.optouts.services.confirmations import LIFETIME, Confirmation, seal_confirmation
from apps.optouts.services.links import Link, seal
from apps.optouts.services.parts import Part
from tests.optouts.test_public_page import FORM, MULTIPART, ONE_CLICK, PAGE, RFC_EXAMPLE
from tests.servers import Answer, Home, WebServer

pytestmark = pytest.mark.embedded

# What is stopped, how many refusals and how many ways back there are.
STATE = """
    SELECT coalesce(string_agg(channel || '/' || purpose || '/' || sender, ',' ORDER BY channel, purpose), '')
        || ' ' || (SELECT count(*) FROM optouts_optoutevent e WHERE e.digest = d.digest)
        || ' ' || (SELECT count(*) FROM optouts_resubscription r WHERE r.digest = d.digest)
    FROM (SELECT %s::bytea AS digest) d LEFT JOIN optouts_suppression s USING (digest) GROUP BY d.digest
"""
SCOPE = "email/advertising/all"
FRONTS = {
    "alone": {},
    "https at the proxy": {"X_Forwarded_Proto": "https"},
    "http at the proxy": {"X_Forwarded_Proto": "http"},
}
EVERY_PLACE = ("link", "preferences", "again", "confirm")


@dataclass(frozen=True)
class Row:
    """One request: `place` among `addresses`; `stops` is what is stopped afterwards, `kept` how many events came."""

    rule: str
    method: str
    body: bytes | None = None
    place: str = "link"
    status: int = 200
    stops: tuple[str, ...] = ()
    kept: int = 0
    headers: dict[str, str] = field(default_factory=lambda: {"Content_Type": FORM})


def typed(content_type: str) -> dict[str, str]:
    return {"Content_Type": content_type}


def stopping(rule: str, body: bytes | None, headers: dict[str, str] | None = None) -> Row:
    return Row(rule, "POST", body, stops=(SCOPE,), kept=1, headers=typed(FORM) if headers is None else headers)


ROWS = [
    stopping("7 nothing but the body", ONE_CLICK),
    stopping("7 no type either", ONE_CLICK, {}),
    stopping("7 from another site", ONE_CLICK, typed(FORM) | {"Origin": "https://mail.example", "Referer": "https://x/"}),
    stopping("7 with a stale cookie", ONE_CLICK, typed(FORM) | {"Cookie": "sessionid=x; csrftoken=y"}),
    stopping("8 urlencoded", ONE_CLICK),
    stopping("8 with a charset and a line break", ONE_CLICK + b"\r\n", typed(f"{FORM}; charset=UTF-8")),
    stopping("8 multipart", MULTIPART, typed("multipart/form-data; boundary=b")),
    stopping("8 multipart, a charset", MULTIPART + b"\r\n", typed("multipart/form-data; charset=utf-8; boundary=b")),
    stopping("8 the example of the RFC", RFC_EXAMPLE, typed("multipart/form-data; boundary=---FormBoundaryjWmhtjORrn")),
    stopping("8 multipart without a boundary", MULTIPART, typed("multipart/form-data")),
    stopping("9 an empty body", b""),
    stopping("9 no body", None, {}),
    Row("9 says no", "POST", b"List-Unsubscribe=No", status=400),
    Row("9 says nothing known", "POST", b"hello=1", status=400),
    Row("9 too large", "POST", ONE_CLICK + b"&x=" + b"y" * 20_000, status=413),
    *(Row(f"10 looking: {place}", method, place=place) for place in EVERY_PLACE for method in ("GET", "HEAD")),
    *(Row(f"10 asking what is allowed: {place}", "OPTIONS", place=place, status=405) for place in EVERY_PLACE),
    *(Row(f"10 other verbs: {place}", verb, b"", place, 405) for place in EVERY_PLACE for verb in ("PUT", "DELETE")),
    *(Row(f"13 wrong: {name}", method, body, name, 404)
      for name in ("flipped", "cut", "longer", "unknown key", "nothing", "flipped/preferences", "flipped/again",
                   "confirm/flipped", "link as confirmation", "confirmation as link")
      for method, body in (("GET", None), ("POST", ONE_CLICK), ("POST", PAGE))),
    Row("13 an old confirmation", "GET", place="expired", status=410),
    Row("13 an old confirmation pressed", "POST", PAGE, "expired", 410),
    Row("16 the button is no wish to receive", "POST", ONE_CLICK, "confirm", 400),
    Row("16 nor is an empty body", "POST", b"", "confirm", 400),
    Row("16 a link chooses for its own address", "POST", PAGE + b"&stop=sms/advertising/all", "preferences", 400),
    Row("16 and advertising only", "POST", PAGE + b"&stop=email/service/all", "preferences", 400),
    Row("16 asking is not receiving", "POST", PAGE + b"&again=" + SCOPE.encode(), "again", 400),
    Row("everything at once", "POST", PAGE + b"&stop=all/advertising/all", "preferences", 200,
        ("all/advertising/all",), 1),
    Row("what is ticked", "POST", PAGE + b"&stop=email/advertising/all&stop=all%2Fadvertising-news%2Fall",
        "preferences", 200, ("all/advertising-news/all", SCOPE), 2),
    Row("what is ticked twice", "POST", PAGE + b"&stop=email/advertising/all&stop=email/advertising/all", "preferences",
        200, (SCOPE,), 1),
    Row("something narrow", "POST", PAGE + b"&only=1&channel=email&purpose=advertising-offers&sender=nur-pharma",
        "preferences", 200, ("email/advertising-offers/nur-pharma",), 1),
    Row("nothing ticked", "POST", PAGE, "preferences", 400),
    Row("no form of ours", "POST", b"stop=email/advertising/all", "preferences", 400),
    Row("the button on the wrong page", "POST", ONE_CLICK, "preferences", 400),
    Row("no part of anything", "POST", PAGE + b"&stop=email", "preferences", 400),
    Row("a sender that is none", "POST", PAGE + b"&stop=email/advertising/%27%3B--", "preferences", 400),
    Row("too large a form", "POST", PAGE + b"&stop=" + b"y" * 20_000, "preferences", 413),
]  # fmt: skip


def addresses(link: Link) -> dict[str, str]:
    """What stands behind /u/ for each place of the table."""
    token = seal(link)
    about = Confirmation(
        kind=link.kind, digest=link.digest, masked=link.masked, asked=clock.now(), parts=(Part("email"),)
    )
    confirmation = seal_confirmation(about)
    expired = seal_confirmation(replace(about, asked=about.asked - LIFETIME - timedelta(seconds=1)))
    flipped = token[:30] + ("A" if token[30] != "A" else "B") + token[31:]
    return {
        "link": token, "preferences": f"{token}/preferences", "again": f"{token}/again",
        "confirm": f"confirm/{confirmation}", "expired": f"confirm/{expired}",
        "flipped": flipped, "cut": token[:-3], "longer": token + "AAAA", "unknown key": "_" + token[1:], "nothing": "",
        "flipped/preferences": f"{flipped}/preferences", "flipped/again": f"{flipped}/again",
        "confirm/flipped": f"confirm/{confirmation[:-1]}",
        "link as confirmation": f"confirm/{token}", "confirmation as link": confirmation,
    }  # fmt: skip


def ask(row: Row, link: Link, web: WebServer, forwarded: dict[str, str]) -> Answer:
    return web.request(row.method, f"/u/{addresses(link)[row.place]}", row.body, **row.headers, **forwarded)


def is_private(answer: Answer) -> bool:
    """Rule 15, and no cookie and no way elsewhere."""
    headers = answer.headers
    return (
        headers["Cache-Control"] == "no-store"
        and headers["Referrer-Policy"] == "no-referrer"
        and headers["X-Robots-Tag"] == "noindex, nofollow"
        and headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        and "unsafe" not in headers["Content-Security-Policy"]
        and headers["Set-Cookie"] is None
        and headers["Location"] is None
    )


@pytest.fixture(params=FRONTS)
def front(
    request: pytest.FixtureRequest, web: WebServer, web_behind_tls: WebServer
) -> tuple[WebServer, dict[str, str]]:
    return (web if request.param == "alone" else web_behind_tls), FRONTS[request.param]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rule} ({row.method})".replace(" ", "-"))
def test_rule(row: Row, front, home: Home, link: Link):
    web, forwarded = front
    answer = ask(row, link, web, forwarded)
    assert (answer.status, is_private(answer)) == (row.status, True)
    assert home.value(STATE, link.digest) == f"{','.join(row.stops)} {row.kept} 0"
    if row.status == 405:
        assert answer.headers["Allow"] == "GET, HEAD, POST"


def test_every_wrong_address_is_answered_alike_byte_for_byte(front, home: Home, link: Link):
    web, forwarded = front
    wrong = [row for row in ROWS if row.status == 404]
    answers = [ask(row, link, web, forwarded) for row in wrong]
    assert len({answer.body for answer in answers}) == 1
    assert len({str(sorted(pair for pair in answer.headers.items() if pair[0] != "Date")) for answer in answers}) == 1


def test_looking_at_every_page_writes_nothing_to_the_journal(front, home: Home, link: Link):
    web, forwarded = front
    before = {file.name: file.stat().st_size for file in home.journal.glob("*")}
    looks = [row for row in ROWS if row.method in ("GET", "HEAD", "OPTIONS")]
    assert {ask(row, link, web, forwarded).status for row in looks} == {200, 404, 405, 410}
    assert {file.name: file.stat().st_size for file in home.journal.glob("*")} == before
