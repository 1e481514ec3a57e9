"""A day's figures: right, the same however often they are counted, and never counted on a page."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.consents.choices import Measure
from apps.consents.models import ConsentFigure
from apps.consents.services import count
from apps.consents.services.correct import correct
from apps.consents.services.count import count_consents, count_day
from apps.core import clock


def figures(day=None, **filters):
    """(purpose, channel, medium, edition's number, how many) of a measure."""
    rows = ConsentFigure.objects.filter(day=day or clock.today(), **filters).select_related("edition")
    return {(r.purpose, r.channel, r.medium, r.edition and r.edition.number, r.number) for r in rows}


def in_force(channel, purpose="advertising", day=None):
    told = figures(day, measure=Measure.IN_FORCE, purpose=purpose, channel=channel)
    return {edition: number for _purpose, _channel, _medium, edition, number in told}


def test_who_agreed_under_which_edition_by_channel(first, wider, agree):
    agree(100, first)
    by_sms = agree(90, first, channel="sms").subject
    agree(5, wider, subject=by_sms, channel="sms")
    agree(80, channel="email")
    gone = agree(70, first).subject
    agree(3, subject=gone, state="withdrawn")
    but_not_by_call = agree(60, first).subject
    agree(50, subject=but_not_by_call, channel="call", state="refused")
    agree(40, first, expires_at=clock.now() - timedelta(days=1))
    count_day(clock.today())
    assert in_force("") == {1: 2, 2: 1, None: 1}
    assert in_force("sms") == {1: 2, 2: 1}
    assert in_force("email") == {1: 2, None: 1}
    assert in_force("call") == {1: 1}
    assert in_force("", "geolocation") == {}


def test_of_one_with_two_consents_the_older_is_what_it_rests_on(first, wider, agree):
    person = agree(100, first, channel="sms").subject
    agree(2, wider, subject=person, channel="email")
    count_day(clock.today())
    assert in_force("") == {1: 1}
    assert (in_force("sms"), in_force("email")) == ({1: 1}, {2: 1})


def test_acts_are_those_recorded_on_the_day(first, agree):
    with clock.standing_at(clock.now() - timedelta(days=2)):
        day = clock.today()
        person = agree(30, first, channel="sms", medium="letter").subject
        agree(0, subject=person, channel="sms", state="withdrawn")
        wrong = agree(0, first)
    agree(9, subject=person, purpose="geolocation")
    count_day(day)
    assert figures(day, measure=Measure.GIVEN) == {
        ("advertising", "sms", "letter", 1, 1),
        ("advertising", "", "phone", 1, 1),
    }
    assert figures(day, measure=Measure.WITHDRAWN) == {("advertising", "sms", "phone", None, 1)}
    assert wrong.counts
    count_day(clock.today())
    assert figures(measure=Measure.GIVEN) == {("geolocation", "", "phone", None, 1)}


def test_a_day_that_is_over_follows_from_the_ledger_as_the_states_did(first, wider, agree):
    before = clock.now() - timedelta(days=20)
    person = agree(60, first, channel="sms").subject
    agree(55, first)
    agree(30, channel="push")
    with clock.standing_at(before):
        count_day(clock.today())
        day = clock.today()
    then = {channel: in_force(channel, day=day) for channel in ("", "sms", "push")}
    agree(4, subject=person, channel="sms", state="withdrawn")
    agree(4, wider)
    count_day(day)
    assert {channel: in_force(channel, day=day) for channel in ("", "sms", "push")} == then
    assert then == {"": {1: 2, None: 1}, "sms": {1: 2}, "push": {1: 1, None: 1}}


def test_counting_again_changes_nothing_and_days_that_were_missed_are_made_up_for(first, agree):
    agree(30, first)
    with clock.standing_at(clock.now() - timedelta(days=3)):
        count_consents()
    count_consents()
    counted = ConsentFigure.objects.counted_days(clock.today() - timedelta(days=9), clock.today())
    assert counted == [clock.today() - timedelta(days=days) for days in (3, 2, 1, 0)]
    before = sorted(
        ConsentFigure.objects.values_list("day", "measure", "purpose", "channel", "edition", "number"), key=str
    )
    count_consents()
    again = ConsentFigure.objects.values_list("day", "measure", "purpose", "channel", "edition", "number")
    assert sorted(again, key=str) == before


def test_the_number_of_statements_does_not_depend_on_how_many_agreed(first, wider, agree, django_assert_num_queries):
    agree(30, first)
    with CaptureQueriesContext(connection) as few:
        count_day(clock.today())
    for _ in range(5):
        agree(30, first)
    with django_assert_num_queries(len(few.captured_queries)):
        count_day(clock.today())


def by_days_ago(days):
    return [in_force("", day=clock.today() - timedelta(days=ago)).get(1, 0) for ago in range(days)]


def test_days_of_which_more_becomes_known_are_counted_anew_the_latest_first(first, agree, lead, monkeypatch):
    with clock.standing_at(clock.now() - timedelta(days=30)):
        agree(0, first)
    call_command("count_consents", since=clock.today() - timedelta(days=7))
    assert by_days_ago(8) == [1] * 8
    wrong = agree(4, first)
    agree(6, first)
    monkeypatch.setattr(count, "MOST_ANEW", 2)
    count_consents()
    assert by_days_ago(8) == [3, 3, 3, 1, 1, 1, 1, 1]
    assert ConsentFigure.objects.known_better().count() == 4
    monkeypatch.setattr(count, "MOST_ANEW", 10)
    count_consents()
    assert by_days_ago(8) == [3, 3, 3, 3, 3, 2, 2, 1]
    assert not ConsentFigure.objects.known_better().exists()
    correct(actor=lead, event=wrong, medium="phone", reason="another person")
    count_consents()
    assert by_days_ago(8) == [2, 2, 2, 2, 2, 2, 2, 1]


@pytest.fixture
def counted():
    def counted(measure, channel="", purpose="advertising"):
        count_day(clock.today())
        rows = ConsentFigure.objects.filter(measure=measure, channel=channel, purpose=purpose, day=clock.today())
        return sum(row.number for row in rows)

    return counted


def test_answers_since_an_edition_widened_a_purpose(first, wider, agree, counted):
    stays = agree(100, first).subject
    again = agree(100, first).subject
    refuses = agree(100).subject
    left = agree(100, first).subject
    agree(20, subject=left, state="withdrawn")
    agree(3, wider)
    for person in (stays, again, refuses):
        agree(8, wider, subject=person, state="requested")
    agree(5, wider, subject=again)
    agree(5, subject=refuses, state="refused")
    for measure, number in (("asked", 3), ("agreed", 1), ("waiting", 1), ("turned-down", 1)):
        assert (counted(measure), counted(measure, "sms")) == (number, number), measure
        assert counted(measure, purpose="geolocation") == 0


def test_the_command_counts_days_that_nobody_counted(first, agree, capsys):
    agree(5, first)
    since = clock.today() - timedelta(days=4)
    call_command("count_consents", since=since)
    assert ConsentFigure.objects.counted_days(since, clock.today()) == [since + timedelta(days=n) for n in range(5)]
    assert in_force("", day=since + timedelta(days=2)) == {1: 1}
    assert "5 days counted" in capsys.readouterr().out
    with pytest.raises(CommandError, match="in the future"):
        call_command("count_consents", since=clock.today() + timedelta(days=1))
