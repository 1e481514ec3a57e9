"""Who is let in at the API: over real HTTP, without a cookie, and with answers that say no more than they have to."""

import datetime as dt
import json

import pytest

from apps.core import clock
from tests.optouts.conftest import let_in
from tests.servers import web_server
from tests.warming import frozen

pytestmark = pytest.mark.embedded

FEED, SMS = "/api/suppressions", "/api/inbound-sms"
UNKNOWN = f"amanat_{'0' * 8}_{'s' * 43}"


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def said(answer) -> tuple[int, dict]:
    return answer.status, json.loads(answer.body)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic x"},
        bearer(""),
        bearer("x" * 4_000),
        bearer(UNKNOWN),
        {"Authorization": UNKNOWN},
        {"Cookie": "sessionid=x; csrftoken=y"},
    ],
)
def test_whoever_has_no_token_gets_one_and_the_same_401(web, headers):
    answer = web.request("GET", FEED, **headers)
    assert said(answer) == (401, {"error": "token"})
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="amanat"'
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_token_lets_in_until_it_is_revoked_over_or_of_another_secret(home, web):
    yesterday = clock.today() - dt.timedelta(days=1)
    good, over = let_in(home, "feed", expires_on=clock.today()), let_in(home, "feed", expires_on=yesterday)
    assert web.request("GET", FEED, **bearer(good)).status == 200
    assert said(web.request("GET", FEED, **bearer(over))) == (401, {"error": "token"})
    assert said(web.request("GET", FEED, **bearer(good[:-1] + "t"))) == (401, {"error": "token"})
    assert home.value("SELECT last_used_on FROM optouts_apitoken WHERE prefix = %s", good[:15]) == clock.today()
    with home.connection() as connection:
        connection.execute("UPDATE optouts_apitoken SET revoked_at = now() WHERE prefix = %s", [good[:15]])
    assert said(web.request("GET", FEED, **bearer(good))) == (401, {"error": "token"})


@pytest.mark.parametrize(("method", "path", "scope"), [("GET", FEED, "inbound-sms"), ("POST", SMS, "feed")])
def test_a_token_of_another_scope_is_403(home, web, method, path, scope):
    answer = web.request(method, path, **bearer(let_in(home, scope)))
    assert said(answer) == (403, {"error": "scope"})
    assert "insufficient_scope" in answer.headers["WWW-Authenticate"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("POST", FEED, "GET"), ("HEAD", FEED, "GET"), ("GET", SMS, "POST"), ("PUT", SMS, "POST")],
)  # fmt: skip
def test_other_methods_are_405(web, method, path, allowed):
    answer = web.request(method, path)
    assert (answer.status, answer.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/api/", "/api/x", "/api/suppressions/", "/api/inbound-sms/x"])
def test_other_addresses_are_404_and_never_a_redirect(web, path):
    assert said(web.request("GET", path)) == (404, {"error": "address"})
    assert said(web.request("POST", path)) == (404, {"error": "address"})


def test_without_tls_nothing_is_redirected_and_nothing_is_served(home):
    secret = let_in(home, "feed")
    proxy = {"PUBLIC_BASE_URL": "https://amanat.example", "SECURE_PROXY_SSL_HEADER": "HTTP_X_FORWARDED_PROTO,https"}
    with web_server(home, ALLOWED_HOSTS="amanat.example,127.0.0.1", **proxy) as web:
        assert said(web.request("GET", FEED, **bearer(secret))) == (403, {"error": "https-only"})
        assert web.request("GET", FEED, **bearer(secret), X_Forwarded_Proto="https").status == 200


def test_a_database_that_does_not_answer_is_503(home, web):
    secret = let_in(home, "feed")
    assert web.request("GET", FEED, **bearer(secret)).status == 200
    with frozen(web):
        answer = web.request("GET", FEED, **bearer(secret))
    assert said(answer) == (503, {"error": "away"})
    assert answer.headers["Retry-After"]
