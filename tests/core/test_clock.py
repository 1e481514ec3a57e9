"""One place knows the time; the date is that of the place where the operator works."""

import datetime as dt

import time_machine

from apps.core import clock


@time_machine.travel("2026-06-01T19:30:00+00:00", tick=False)
def test_the_date_is_that_of_bishkek():
    assert clock.now() == dt.datetime(2026, 6, 1, 19, 30, tzinfo=dt.UTC)
    assert clock.today() == dt.date(2026, 6, 2)
