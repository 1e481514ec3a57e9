"""The start page: what each role finds there, also on an empty installation."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.accounts.choices import Role
from apps.core import clock
from apps.core.choices import Channel
from apps.core.identifiers import digest
from apps.imports.choices import Kind, Status
from apps.imports.models import Batch
from apps.optouts.choices import Medium, Reason
from apps.optouts.models import OptOutEvent
from apps.portal import figures
from apps.portal.chart import optouts_by_day
from tests import factories

START = "/desk/"


@pytest.fixture(autouse=True)
def no_cache():
    cache.clear()


def enter(*roles: str) -> Client:
    client = Client()
    client.force_login(factories.make_user(*roles), backend="django.contrib.auth.backends.ModelBackend")
    return client


def happened(days_ago: float = 0, medium: str = Medium.LINK, took: timedelta = timedelta(0)) -> OptOutEvent:
    at = clock.now() - timedelta(days=days_ago)
    return OptOutEvent.objects.create(
        kind="phone", digest=digest("phone", "+996555000001"), channel=Channel.SMS, purpose="advertising",
        reason=Reason.REFUSAL, medium=medium, occurred_at=at - took, recorded_at=at,
    )  # fmt: skip


def value_of(context, title: str) -> dict:
    return next(figure for figure in context["figures"] if figure["title"] == title)


@pytest.mark.django_db
def test_an_empty_desk_says_what_to_do_first_and_whose_it_is():
    manager = enter(Role.PARTNER_MANAGER).get(START)
    text = manager.content.decode()
    assert "Name a partner" in text
    assert reverse("admin:partners_partner_add") in text
    assert "Done by: Support agent" in text
    agent = enter(Role.AGENT).get(START).content.decode()
    assert reverse("admin:partners_partner_add") not in agent
    assert "Done by: Partner manager" in agent


@pytest.mark.django_db
def test_figures_count_the_day(partner):
    happened()
    happened(days_ago=2)
    Batch.objects.create(partner=partner, kind=Kind.MEMBERS, status=Status.READY, figures={"rows": 3, "quarantined": 2})
    Batch.objects.create(partner=partner, kind=Kind.MEMBERS, status=Status.CANCELLED, figures={"quarantined": 5})
    factories.SubjectFactory(restricted_at=clock.now(), restriction_reason="request")
    context = enter(Role.OFFICER).get(START).context
    assert value_of(context, "Opt-outs today")["value"] == "1"
    assert value_of(context, "Files waiting") | {"value": "1", "urgent": True} == value_of(context, "Files waiting")
    assert value_of(context, "Rows in quarantine")["value"] == "2"
    assert value_of(context, "People blocked")["value"] == "1"


@pytest.mark.django_db
def test_a_slow_opt_out_is_shown_as_an_alarm(partner):
    happened(took=timedelta(seconds=20))
    context = enter(Role.OFFICER).get(START).context
    assert value_of(context, "Slowest own opt-out")["value"] == "20 s"
    assert not value_of(context, "Slowest own opt-out")["urgent"]
    happened(took=timedelta(minutes=90))
    context = enter(Role.OFFICER).get(START).context
    assert value_of(context, "Slowest own opt-out")["value"] == "1 h 30 min"
    assert value_of(context, "Slowest own opt-out")["urgent"]


@pytest.mark.django_db
def test_a_figure_looks_at_so_many_rows_and_no_more(monkeypatch):
    monkeypatch.setattr(figures, "MOST_COUNTED", 2)
    happened()
    happened()
    assert figures.bounded(OptOutEvent.objects.all()) == "2"
    happened()
    assert figures.bounded(OptOutEvent.objects.all()) == "2+"


@pytest.mark.django_db
def test_the_picture_counts_by_day_and_medium():
    happened()
    happened(days_ago=3, medium=Medium.PHONE)
    happened(days_ago=3, medium=Medium.PHONE)
    happened(days_ago=45)
    picture = optouts_by_day()
    assert [total for _day, _values, total in picture.rows] == [2, 1]
    assert [(series.title, series.total) for series in picture.series] == [("Link in a message", 1), ("Phone call", 2)]
    happened()
    again = optouts_by_day()
    assert [total for _day, _values, total in again.rows] == [2, 2], "today is live, the days before are kept"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "sees", "not_sees"),
    [
        (Role.AGENT, "Opt-outs today", "Files waiting"),
        (Role.PARTNER_MANAGER, "Files waiting", "Opt-outs today"),
        (Role.AUDITOR, "Values shown today", "People blocked"),
    ],
)
def test_each_role_sees_its_own_figures(role, sees, not_sees, partner):
    titles = [figure["title"] for figure in enter(role).get(START).context["figures"]]
    assert sees in titles
    assert not_sees not in titles


@pytest.mark.django_db
def test_finding_is_offered_to_those_who_may(partner):
    assert reverse("admin:subjects_find") in enter(Role.AGENT).get(START).content.decode()
    assert reverse("admin:subjects_find") not in enter(Role.PARTNER_MANAGER).get(START).content.decode()


@pytest.mark.django_db
def test_the_start_page_asks_little_of_the_database(partner, django_assert_max_num_queries):
    for days in range(20):
        happened(days_ago=days)
    client = enter(Role.OFFICER)
    with django_assert_max_num_queries(28):
        assert client.get(START).status_code == 200


@pytest.mark.django_db
def test_every_figure_leads_to_a_list_that_opens(partner):
    officer = enter(Role.OFFICER)
    links = [figure["link"] for figure in officer.get(START).context["figures"]]
    assert len(links) == len(figures.FIGURES)
    for link in links:
        answer = officer.get(link)
        assert answer.status_code == 200, "a filter that a list doesn't know is answered by a redirect"
