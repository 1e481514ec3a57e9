"""Values of cells come to one form, or say why not."""

import pytest
import time_machine

from apps.core.identifiers import Unusable
from apps.imports.engine import values
from apps.imports.engine.resources import MembersResource
from apps.subjects.presenting import VALUE_TITLES

TODAY = time_machine.travel("2026-11-22T12:00:00+06:00", tick=False)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("14.03.1988", "1988-03-14"), ("1988-03-14", "1988-03-14"), ("1988.03.14", "1988-03-14"),
        ("1988/3/4", "1988-03-04"), ("25/12/1979", "1979-12-25"), ("12/25/1979", "1979-12-25"),
        ("05/05/1979", "1979-05-05"), ("14.03.1988 0:00:00", "1988-03-14"), ("1988-03-14T00:00:00", "1988-03-14"),
        (" 14.03.1988 ", "1988-03-14"), ("04/05/2020", "2020-05-04"),
    ],
)  # fmt: skip
@TODAY
def test_birth_dates(raw, value):
    assert values.birth_date(raw) == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("30.02.1991", "malformed"), ("1990-13-01", "malformed"), ("туулган", "malformed"), ("04/05/1990", "ambiguous"),
        ("23.11.2026", "future"), ("01.01.1800", "malformed"), ("14.03.88", "malformed"), ("13/13/1990", "malformed"),
    ],
)  # fmt: skip
@TODAY
def test_what_is_no_birth_date_says_why(raw, code):
    with pytest.raises(Unusable) as refused:
        values.birth_date(raw)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("born", "child"),
    [("2014-11-22", False), ("2014-11-23", True), ("2014-11-21", False), ("2026-11-22", True), ("1990-01-01", False)],
)
@TODAY
def test_twelve_on_the_day_is_no_child_any_more(born, child):
    assert values.is_child(values.date.fromisoformat(born)) is child


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1 250,50", "1250.50"), ("1\u00a0250,50", "1250.50"), ("1,250.50", "1250.50"), ("1.250,50", "1250.50"),
        ("310", "310"), ("-5", "-5"), ("0", "0"), ("1 300", "1300"),
    ],
)  # fmt: skip
def test_numbers(raw, value):
    assert values.decimal(raw) == value


@pytest.mark.parametrize("raw", ["сто", "1e999", "NaN", "Infinity", "1 2 3", "12 сом", "9" * 20])
def test_what_is_no_number_is_said(raw):
    with pytest.raises(Unusable):
        values.decimal(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("02.06.2026 10:15", "2026-06-02T10:15:00+06:00"), ("2026-10-30T08:15:00+06:00", "2026-10-30T08:15:00+06:00"),
        ("2026-11-10 07:31:02", "2026-11-10T07:31:02+06:00"), ("02.06.2026", "2026-06-02T00:00:00+06:00"),
        ("1762750000", "2025-11-10T04:46:40+00:00"), ("2026-11-10 07:31:02 UTC", "2026-11-10T07:31:02+06:00"),
    ],
)  # fmt: skip
def test_moments(raw, value):
    assert values.moment(raw) == value


@pytest.mark.parametrize(("raw", "value"), [("ж", "female"), ("М", "male"), ("аял", "female"), ("Эркек", "male")])
def test_genders(raw, value):
    assert values.gender(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"), [("да", "yes"), ("Жок", "no"), ("ооба", "yes"), ("TRUE", "yes"), ("0", "no")]
)
def test_answers(raw, value):
    assert values.answer(raw) == value


def test_every_value_that_a_file_brings_has_a_title_on_the_person_s_page():
    columns = MembersResource.columns()
    assert {name for name, column in columns.items() if column.record} <= VALUE_TITLES.keys()
