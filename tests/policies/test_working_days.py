"""The calendar against a naive count, day by day; pausing never loses or wins a day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.policies.choices import Counting
from apps.policies.working_days import WorkingCalendar, due_moment

BISHKEK = ZoneInfo("Asia/Bishkek")
PLAIN = WorkingCalendar()
DAY = timedelta(days=1)
_SPAN = datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2031-12-31")
moments = st.datetimes(*_SPAN).map(lambda moment: moment.replace(tzinfo=BISHKEK))
lengths = st.integers(1, 40)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BISHKEK)


def due_day(received: datetime, length: int, pauses=(), calendar=PLAIN, counting=Counting.WORKING) -> date | None:
    due = due_moment(received, counting, length, pauses=pauses, calendar=calendar)
    return due.astimezone(BISHKEK).date() if due else None


def naive(received: datetime, length: int, pauses=(), overrides=None) -> date | None:
    """One day after the other: a working day counts unless some pause covers the midnight that ends it."""
    day, counted = received.astimezone(BISHKEK).date(), 0
    for _step in range(4000):
        day += DAY
        midnight = datetime.combine(day + DAY, datetime.min.time(), BISHKEK)
        stands = any(start < midnight and (end is None or end >= midnight) for start, end in pauses)
        off = day.weekday() > 4 or day in holidays.KG(years=day.year)
        works = (overrides or {}).get(day, not off)
        if works and not stands:
            counted += 1
        if counted == length:
            return day
    return None


def test_seven_working_days_from_the_end_of_april():
    assert due_day(at("2026-04-29T09:00"), 7) == date(2026, 5, 18)
    due = due_moment(at("2026-04-29T09:00"), Counting.WORKING, 7, calendar=PLAIN)
    assert due == at("2026-05-18T23:59:59")


def test_the_hour_of_the_receipt_does_not_matter_and_its_day_is_that_of_bishkek():
    assert due_day(at("2026-04-29T00:00"), 7) == due_day(at("2026-04-29T23:59"), 7)
    late_in_utc = datetime(2026, 4, 28, 20, tzinfo=ZoneInfo("UTC"))  # the 29th in Bishkek
    assert due_day(late_in_utc, 7) == date(2026, 5, 18)


def test_a_lunar_feast_moves_the_end_and_a_worked_saturday_brings_it_nearer():
    feast = WorkingCalendar({date(2026, 5, 14): False})
    assert due_day(at("2026-04-29T09:00"), 7, calendar=feast) == date(2026, 5, 19)
    worked = WorkingCalendar({date(2026, 5, 16): True})
    assert due_day(at("2026-04-29T09:00"), 7, calendar=worked) == date(2026, 5, 16)


@given(moments, lengths)
def test_as_a_naive_count(received, length):
    assert due_day(received, length) == naive(received, length)


@given(moments, lengths, st.dictionaries(st.dates(date(2020, 1, 1), date(2032, 6, 1)), st.booleans(), max_size=40))
def test_as_a_naive_count_whatever_was_changed(received, length, overrides):
    assert due_day(received, length, calendar=WorkingCalendar(overrides)) == naive(received, length, (), overrides)


@st.composite
def paused(draw):
    """(received, length, pauses): any number of pauses, one after the other, from minutes to months long."""
    received = draw(moments)
    spans, moment = [], received
    for _number in range(draw(st.integers(0, 6))):
        start = moment + timedelta(minutes=draw(st.integers(0, 60 * 24 * 12)))
        moment = start + timedelta(minutes=draw(st.integers(0, 60 * 24 * 40)))
        spans.append((start, moment))
    return received, draw(lengths), spans


@given(paused())
def test_pauses_as_a_naive_count(case):
    received, length, spans = case
    assert due_day(received, length, spans) == naive(received, length, spans)


@given(paused())
def test_pausing_neither_loses_nor_wins_a_working_day(case):
    """Working days on which the clock ran to the end, from the receipt to the last day, are exactly the term."""
    received, length, spans = case
    last = due_day(received, length, spans)
    day, ran = received.astimezone(BISHKEK).date() + DAY, 0
    while day <= last:
        midnight = datetime.combine(day + DAY, datetime.min.time(), BISHKEK)
        ran += PLAIN.is_working(day) and not any(start < midnight <= end for start, end in spans)
        day += DAY
    assert ran == length


@given(moments, lengths, st.integers(0, 20), st.integers(0, 1439), st.integers(0, 1439))
def test_stopping_and_starting_within_a_day_changes_nothing(received, length, later, first, second):
    midnight = datetime.combine(received.date() + DAY * later, datetime.min.time(), BISHKEK)
    start, end = sorted((midnight + timedelta(minutes=first), midnight + timedelta(minutes=second)))
    pause = (max(start, received), max(end, received))
    assert due_day(received, length, [pause]) == due_day(received, length)


@given(paused(), st.integers(0, 30))
def test_a_pause_cut_in_two_is_the_same_pause(case, cut):
    received, length, spans = case
    halves = []
    for start, end in spans:
        middle = start + (end - start) * (cut / 30)
        halves += [(start, middle), (middle, end)]
    assert due_day(received, length, halves) == due_day(received, length, spans)


@given(paused())
def test_while_the_clock_stands_there_is_no_end(case):
    received, length, spans = case
    begun = spans[-1][1] if spans else received
    due = due_moment(received, Counting.WORKING, length, pauses=[*spans, (begun, None)], calendar=PLAIN)
    assert due is None or due < begun


def test_calendar_days_count_every_day():
    assert due_day(at("2026-04-29T09:00"), 7, counting=Counting.CALENDAR) == date(2026, 5, 6)
    pause = (at("2026-04-30T10:00"), at("2026-05-03T10:00"))
    assert due_day(at("2026-04-29T09:00"), 7, [pause], counting=Counting.CALENDAR) == date(2026, 5, 9)


def test_hours_end_to_the_second_and_stand_as_long_as_the_clock():
    received = at("2026-04-29T09:00")
    assert due_moment(received, Counting.HOURS, 1, calendar=PLAIN) == at("2026-04-29T10:00")
    pause = (at("2026-04-29T09:30"), at("2026-04-29T11:00"))
    assert due_moment(received, Counting.HOURS, 1, pauses=[pause], calendar=PLAIN) == at("2026-04-29T11:30")


@pytest.mark.parametrize(("received", "last"), [("2026-05-15T17:00", 15), ("2026-05-16T17:00", 18)])
def test_the_same_working_day_or_the_next_where_there_is_none(received, last):
    assert due_day(at(received), 0) == date(2026, 5, last)


def test_a_document_sets_its_own_date():
    assert due_moment(at("2026-05-15T17:00"), Counting.DOCUMENT, 0, calendar=PLAIN) is None


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60))
def test_days_left_as_a_naive_count(today, further):
    last = today + DAY * further
    days = [today + DAY * number for number in range(1, further + 1)]
    assert PLAIN.days_left(today, last) == sum(PLAIN.is_working(day) for day in days)
    assert PLAIN.days_left(last, today) == -PLAIN.days_left(today, last)
