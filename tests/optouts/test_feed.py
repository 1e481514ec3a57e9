"""The feed of suppressions: complete, in order, no row passed over, in bounded memory."""

import hashlib
import json
import threading
import tracemalloc

import pytest
from django.db import connection, transaction

from apps.core import clock
from apps.core.identifiers import digest
from apps.core.settled import Unsettled
from apps.optouts.api.suppressions import cursor_of, reached_by
from apps.optouts.models import Suppression, SuppressionChange
from apps.optouts.services import feed as feeding
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.facts import Fact
from apps.optouts.services.feed import Selection, feed
from apps.optouts.services.remembering import SeenAddress, remember_addresses
from apps.optouts.services.salted import system_owner
from tests.factories import IdentifierFactory
from tests.optouts.conftest import SALT, let_in
from tests.optouts.test_api import FEED, bearer, said

PHONE, EMAIL = "+996555123401", "aigul@mail.example"


def refuse(value: str = PHONE, kind: str = "phone", seen: bool = True, **more: str) -> Fact:
    told = Fact(**{"kind": kind, "digest": digest(kind, value), "channel": "sms", "medium": "sms", **more})
    if seen:
        remember_addresses([SeenAddress(kind, told.digest, value)])
    apply_facts(actor=None, facts=[told])
    return told


def read(after: int = 0, **wanted: str):
    """(lines, where it ended, how many changes had no name)."""
    told = feed(owner=system_owner("mailer"), selection=Selection(**wanted), after=after)
    lines = [line.to_data() for block in told.blocks() for line in block]
    return lines, told.reached, told.unnamed


def theirs(value: str, salt: str | None = None) -> str:
    return hashlib.sha256(((salt or system_owner("mailer").salt) + value).encode()).hexdigest()


@pytest.mark.django_db
class TestLines:
    def test_a_line_says_who_what_since_when_and_why(self):
        said_at = clock.now().replace(microsecond=0)
        refuse(occurred=said_at)
        ((line,), _reached, unnamed) = read()
        assert line == {
            "digest": theirs(PHONE), "kind": "phone", "channel": "sms", "purpose": "advertising", "sender": "all",
            "reason": "refusal", "since": said_at.strftime("%Y-%m-%dT%H:%M:%SZ"), "event": "suppressed",
            "suppression": Suppression.objects.get().pk,
        }  # fmt: skip
        assert unnamed == 0

    def test_a_cursor_goes_on_where_it_ended_also_when_there_was_nothing(self):
        nothing, start, _ = read()
        assert nothing == []
        refuse()
        lines, reached, _ = read(start)
        assert len(lines) == 1
        assert read(reached) == ([], reached, 0)
        Suppression.objects.all().delete()
        (line,), _reached, _ = read(reached)
        assert (line["event"], line["digest"], line["suppression"]) == (
            "lifted",
            theirs(PHONE),
            lines[0]["suppression"],
        )

    def test_what_nobody_ever_saw_is_counted_and_told_when_it_is_seen(self):
        refuse(seen=False)
        lines, reached, unnamed = read()
        assert (lines, unnamed) == ([], 1)
        remember_addresses([SeenAddress("phone", digest("phone", PHONE), PHONE)])
        (line,), _reached, unnamed = read(reached)
        assert (line["digest"], unnamed) == (theirs(PHONE), 0)

    def test_who_refused_every_channel_refused_it_for_all_their_addresses(self):
        subject = IdentifierFactory(value=PHONE).subject
        IdentifierFactory(subject=subject, kind="email", value=EMAIL)
        refuse(channel="all")
        refuse(channel="call")
        lines, reached, _ = read()
        named = sorted((line["channel"], line["kind"], line["digest"]) for line in lines)
        assert named == [
            ("all", "email", theirs(EMAIL)), ("all", "phone", theirs(PHONE)), ("call", "phone", theirs(PHONE)),
        ]  # fmt: skip
        assert len({line["suppression"] for line in lines}) == 2
        Suppression.objects.filter(channel="all").delete()
        assert sorted(line["kind"] for line in read(reached)[0]) == ["email", "phone"]

    def test_a_reader_that_is_cut_off_within_a_change_is_told_of_it_again(self):
        subject = IdentifierFactory(value=PHONE).subject
        IdentifierFactory(subject=subject, kind="email", value=EMAIL)
        refuse("+996555123499")
        before = SuppressionChange.objects.get().pk
        refuse(channel="all")
        told = feed(owner=system_owner("mailer"), selection=Selection(), after=0)
        assert [line.reached - before for block in told.blocks() for line in block] == [0, 0, 1]

    @pytest.mark.parametrize(
        ("wanted", "expected"),
        [
            ({}, {"a", "b", "c", "d"}),
            ({"channel": "sms"}, {"a", "c", "d"}),
            ({"channel": "email"}, {"b", "c"}),
            ({"purpose": "advertising-news"}, {"a", "b", "c", "d"}),
            ({"purpose": "service"}, {"b"}),
            ({"sender": "operator"}, {"a", "b", "c"}),
            ({"channel": "sms", "sender": "bereke"}, {"a", "c", "d"}),
        ],
    )
    def test_a_selection_gets_what_concerns_it_and_what_concerns_all(self, wanted, expected):
        given = {
            "a": {"channel": "sms"}, "b": {"channel": "email", "purpose": "all", "reason": "bounce"},
            "c": {"channel": "all"}, "d": {"channel": "sms", "sender": "bereke"},
        }  # fmt: skip
        values = {name: f"+99655500000{position}" for position, name in enumerate(given)}
        for name, scope in given.items():
            refuse(values[name], **scope)
        found = {line["digest"] for line in read(**wanted)[0]}
        assert found == {theirs(values[name]) for name in expected}


@pytest.mark.django_db(transaction=True)
class TestOrder:
    def test_a_row_that_commits_late_is_not_passed_over(self, monkeypatch):
        monkeypatch.setattr(feeding, "PATIENCE_SECONDS", 0.2)
        drawn, go_on = threading.Event(), threading.Event()

        def slow():
            with transaction.atomic():
                refuse("+996555000001")
                drawn.set()
                go_on.wait(20)
            connection.close()

        thread = threading.Thread(target=slow)
        thread.start()
        assert drawn.wait(20)
        refuse("+996555000002")  # a higher id, committed first
        with pytest.raises(Unsettled):
            read()
        go_on.set()
        thread.join(20)
        lines, reached, _ = read()
        assert [line["digest"] for line in lines] == [theirs("+996555000001"), theirs("+996555000002")]
        assert read(reached)[0] == []

    def test_readers_and_writers_at_once_lose_nothing(self):
        done = threading.Event()

        def write(first: int):
            for n in range(first, first + 60):
                refuse(f"+996555{n:06d}")
            connection.close()

        writers = [threading.Thread(target=write, args=(1000 * k,)) for k in range(3)]
        seen, after = [], 0
        for thread in writers:
            thread.start()
        while not done.is_set():
            if not any(thread.is_alive() for thread in writers):
                done.set()
            lines, after, _ = read(after)
            seen += [line["digest"] for line in lines]
        assert sorted(seen) == sorted(theirs(f"+996555{1000 * k + n:06d}") for k in range(3) for n in range(60))


MANY = 50_000


@pytest.mark.django_db
def test_memory_is_flat():
    with connection.cursor() as cursor:
        sealed = "'\\x" + bytes(_seal(PHONE)).hex() + "'::bytea"
        cursor.execute(
            "INSERT INTO optouts_suppressedaddress (kind, digest, value)"
            f" SELECT 'phone', decode(md5(i::text), 'hex'), {sealed} FROM generate_series(1, {MANY}) AS i"
        )
        cursor.execute(
            "INSERT INTO optouts_suppression (kind, digest, channel, purpose, sender, reason, since, created_at)"
            " SELECT 'phone', decode(md5(i::text), 'hex'), 'sms', 'advertising', 'all', 'refusal', now(), now()"
            f" FROM generate_series(1, {MANY}) AS i"
        )
    peaks = {rows: _peak(rows) for rows in (5 * feeding.BLOCK, MANY)}
    assert max(peaks.values()) < 20_000_000
    assert peaks[MANY] < peaks[5 * feeding.BLOCK] * 1.3


def _seal(value: str) -> bytes:
    from apps.optouts.models import SuppressedAddress

    return SuppressedAddress._meta.get_field("value").seal(value)


def _peak(rows: int) -> int:
    """Most bytes held at any moment while the last `rows` changes are told."""
    last = SuppressionChange.objects.order_by("-pk").values_list("pk", flat=True)[0]
    told = feed(owner=system_owner("mailer"), selection=Selection(), after=last - rows)
    tracemalloc.start()
    try:
        assert sum(len(block) for block in told.blocks()) == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_cursor_says_nothing_and_comes_back():
    assert [reached_by(cursor_of(n)) for n in (0, 1, 2**40)] == [0, 1, 2**40]
    assert reached_by("") == 0


@pytest.mark.embedded
class TestOverHttp:
    def read(self, web, secret: str, query: str = "") -> list[dict]:
        answer = web.request("GET", FEED + query, **bearer(secret))
        assert answer.status == 200, answer.text
        assert answer.headers["Content-Type"] == "application/x-ndjson"
        assert "Set-Cookie" not in answer.headers
        return [json.loads(line) for line in answer.text.splitlines()]

    def test_the_feed_tells_what_an_sms_refused_and_then_that_there_is_nothing_new(self, home, web):
        feeds, sms = let_in(home, "feed"), let_in(home, "inbound-sms", "gateway")
        start = self.read(web, feeds)[-1]
        assert start["event"] == "end"
        body = json.dumps({"from": "+996 707 00 00 01", "text": "стоп"}).encode()
        assert web.request("POST", "/api/inbound-sms", body, **bearer(sms)).status == 200
        line, end = self.read(web, feeds, f"?since={start['cursor']}&channel=sms&purpose=advertising")
        assert (line["digest"], line["event"]) == (theirs("+996707000001", SALT), "suppressed")
        assert line["cursor"] == end["cursor"] != start["cursor"]
        assert self.read(web, feeds, f"?since={end['cursor']}") == [
            {"event": "end", "cursor": end["cursor"], "unnamed": 0}
        ]

    @pytest.mark.parametrize(
        ("query", "status", "code"),
        [
            ("?since=x", 400, "cursor"),
            ("?since=%00", 400, "cursor"),
            ("?since=YzEAAAAA", 400, "cursor"),
            ("?channel=fax", 400, "channel"),
            ("?channel=all", 400, "channel"),
            ("?purpose=x", 400, "purpose"),
            ("?sender=nobody", 400, "sender"),
            ("?cursor=x", 400, "parameter"),
            (f"?since={cursor_of(2**63)}", 410, "cursor-ahead"),
        ],
    )
    def test_what_can_t_be_asked_is_said_by_a_code(self, home, web, query, status, code):
        assert said(web.request("GET", FEED + query, **bearer(let_in(home, "feed")))) == (status, {"error": code})

    def test_a_token_s_limit_holds(self, home, web):
        secret = let_in(home, "feed", channel="email")
        sms = let_in(home, "inbound-sms", "gateway")
        start = self.read(web, secret)[-1]["cursor"]
        web.request("POST", "/api/inbound-sms", b"from=0707000002&text=stop", **bearer(sms))
        assert [line["event"] for line in self.read(web, secret, f"?since={start}")] == ["end"]
        assert [line["event"] for line in self.read(web, let_in(home, "feed"), f"?since={start}")][-2:] == [
            "suppressed",
            "end",
        ]
        answer = web.request("GET", f"{FEED}?channel=sms", **bearer(secret))
        assert said(answer) == (403, {"error": "channel"})
