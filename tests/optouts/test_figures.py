"""Opt-outs over time: counted by what they came by, for whoever may see them, over a bounded piece of the index."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.choices import Role
from apps.core import clock
from apps.core.choices import Channel
from apps.core.identifiers import digest
from apps.core.periods import PERIOD_BY_CODE
from apps.optouts import figures
from apps.optouts.choices import Medium, Reason
from apps.optouts.figures import chart_of, counts_of
from apps.optouts.models import OptOutEvent
from tests.factories import PartnerFactory, make_user

pytestmark = pytest.mark.django_db

FIGURES = "admin:optouts_figures"


@pytest.fixture(autouse=True)
def no_cache():
    cache.clear()
    yield
    cache.clear()


def happened(days_ago: float = 0, **more) -> OptOutEvent:
    at = clock.now() - timedelta(days=days_ago)
    scope = {"channel": Channel.SMS, "medium": Medium.LINK, **more}
    return OptOutEvent.objects.create(
        kind="phone", digest=digest("phone", "+996555000001"), purpose="advertising", reason=Reason.REFUSAL,
        occurred_at=at, recorded_at=at, **scope,
    )  # fmt: skip


def picture(dimension: str, period: str = "30d") -> dict[str, int]:
    chosen = PERIOD_BY_CODE[period]
    chart = chart_of(dimension, "x", chosen, counts_of(chosen))
    assert len(chart.places) == chosen.pieces
    return {series.title: series.total for series in chart.series}


def test_each_picture_counts_by_its_own_column():
    partner = PartnerFactory(name="Bereke")
    happened()
    happened(3, channel=Channel.EMAIL, medium=Medium.FILE, partner=partner)
    happened(4, channel=Channel.EMAIL, medium=Medium.FILE, partner=partner, campaign="spring-26")
    happened(40)
    assert picture("channel") == {"E-mail": 2, "SMS": 1}
    assert picture("medium") == {"Link in a message": 1, "Partner's or provider's file": 2}
    assert picture("partner") == {"Bereke": 2}
    assert picture("campaign") == {"spring-26": 1}
    assert picture("channel", "12w") == {"E-mail": 2, "SMS": 2}


def test_what_is_rare_is_counted_together(monkeypatch):
    monkeypatch.setattr(figures, "MOST_SERIES", 2)
    for number in range(4):
        for _time in range(number + 1):
            happened(campaign=f"campaign-{number}")
    assert picture("campaign") == {"campaign-3": 4, "campaign-2": 3, "Others": 3}


@pytest.mark.parametrize(("period", "inside", "outside"), [("30d", 29, 31), ("12w", 76, 85), ("12m", 330, 366)])
def test_a_period_ends_where_it_says(period, inside, outside):
    happened(inside)
    happened(outside)
    assert picture("channel", period) == {"SMS": 1}


def test_today_is_live_and_more_than_the_most_is_told(desk, monkeypatch):
    happened(2)
    assert picture("channel") == {"SMS": 1}
    happened()
    assert picture("channel") == {"SMS": 2}
    assert "are counted" not in desk.get(reverse(FIGURES)).content.decode()
    cache.clear()
    monkeypatch.setattr(figures, "MOST_COUNTED", 1)
    assert "the newest 1 are counted" in desk.get(reverse(FIGURES)).content.decode()


@pytest.mark.parametrize("period", ["30d", "12w", "12m", "nonsense"])
def test_the_page_draws_and_says_it(desk, period):
    happened(1, campaign="<b>spring</b>")
    answer = desk.get(reverse(FIGURES), {"period": period})
    shown = answer.content.decode()
    assert shown.count("<svg viewBox") >= 3
    assert shown.count('<table class="desk-table">') == 3
    assert "None in this period." in shown
    assert "&lt;b&gt;spring" in shown
    assert "<b>spring" not in shown


def test_an_auditor_sees_them_and_a_partner_manager_does_not():
    for role, status in ((Role.AUDITOR, 200), (Role.PARTNER_MANAGER, 403)):
        client = Client()
        client.force_login(make_user(role), backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(reverse(FIGURES)).status_code == status


def test_no_more_than_a_piece_of_the_index_is_read(desk):
    with connection.cursor() as cursor:
        cursor.execute("""
            INSERT INTO optouts_optoutevent (id, kind, digest, channel, purpose, sender, reason, medium, occurred_at,
                                             recorded_at, campaign)
            SELECT gen_random_uuid(), 'phone', decode(md5(i::text), 'hex'), 'sms', 'advertising', 'all', 'refusal',
                   'link', now(), now() - i * interval '30 minutes', '' FROM generate_series(1, 50000) AS i""")
        cursor.execute("ANALYZE optouts_optoutevent")
    for period in PERIOD_BY_CODE:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse(FIGURES), {"period": period}).status_code == 200
        asked = [query["sql"] for query in queries if "GROUPING" in query["sql"]]
        assert len(asked) == 2
        for sql in asked:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}")
                plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Index Scan using optout_by_time" in plan
            assert "Seq Scan on optouts_optoutevent" not in plan
        assert len(queries) <= 15
