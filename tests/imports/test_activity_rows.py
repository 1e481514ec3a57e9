"""What a row of activity becomes: its kind, its moment, its values, and what makes it one event."""

from datetime import UTC, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from apps.core.identifiers import Unusable
from apps.core.keyring import keyring
from apps.imports.engine import values
from apps.imports.engine.activity import CATEGORIES, WORDS, ActivityReader, category_of
from apps.imports.engine.columns import header_key
from apps.imports.engine.layout import Layout
from apps.imports.engine.refusals import ROW_REASONS, WARNINGS, RowRefused
from apps.imports.engine.resources import RESOURCES, ActivityResource
from apps.imports.engine.table import Row
from apps.policies.registry import CATEGORY_CODES
from apps.subjects.models import PersonalRecord
from apps.subjects.presenting import VALUE_TITLES

NOW = time_machine.travel("2026-11-22T12:00:00+06:00", tick=False)


def staged(**cells):
    """A row with these columns, of whoever has the phone."""
    cells = {"phone": "0555123401", "occurred_at": "2026-11-10 10:15", **cells}
    layout = Layout("utf-8", ",", 1, tuple(cells), tuple(cells))
    reader = ActivityReader(layout, batch_id=1, partner_code="bereke")
    return reader.stage(30, Row(2, list(cells.values())))


def payload(row):
    assert row.reason == ""
    return PersonalRecord._meta.get_field("payload").unseal(row.payload)


def raw(row):
    place = b"imports_stagedrow.raw"
    return keyring().decrypt(row.raw, place).decode()


@NOW
def test_a_purchase():
    row = staged(reference="A-1", amount="1 250,50", currency="сом", points="+12", place="Береке", quantity="2")
    assert (row.category, row.verdict, row.warnings) == ("purchases", "", [])
    assert row.occurred_at == datetime(2026, 11, 10, 4, 15, tzinfo=UTC)
    assert payload(row) == {
        "occurred_at": "2026-11-10T10:15:00+06:00", "reference": "A-1", "amount": "1250.50", "currency": "KGS",
        "quantity": "2", "points": "12", "place": "Береке",
    }  # fmt: skip
    assert row.phone
    assert row.phone_value is None, "nobody is made of activity"


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("purchase", "purchases"), ("ПОКУПКА", "purchases"), ("Сатып алуу", "purchases"), ("возврат", "purchases"),
        (" начисление  баллов ", "points"), ("списание", "points"), ("упай чегеруу", "points"),
        ("Упай чегерүү", "points"),
        ("Купон", "offers"), ("сунуш", "offers"), ("offer", "offers"), ("действие", "interactions"),
        ("аракет", "interactions"), ("event", "interactions"), ("геолокация", "geolocation"), ("GPS", "geolocation"),
    ],
)  # fmt: skip
def test_a_word_says_the_kind_in_three_languages(word, category):
    assert category_of(word, []) == category


@pytest.mark.parametrize("word", ["repurchase", "покуп", "покупка и баллы", "?", "молоко"])
def test_words_are_matched_whole(word):
    with pytest.raises(RowRefused, match="kind-unknown"):
        category_of(word, ["amount"])


@pytest.mark.parametrize(
    ("filled", "category"),
    [
        ("amount", "purchases"), ("amount currency quantity item points place", "purchases"), ("item", "purchases"),
        ("points reference description", "points"), ("offer", "offers"), ("offer action", "offers"),
        ("action item", "interactions"), ("latitude longitude place", "geolocation"), ("coordinates", "geolocation"),
    ],
)  # fmt: skip
def test_without_a_word_what_is_filled_says_it(filled, category):
    assert category_of("", filled.split()) == category


@pytest.mark.parametrize(
    ("filled", "reason"),
    [
        ("", "no-kind"), ("place description", "no-kind"), ("currency", "no-kind"),
        ("amount offer", "two-kinds"), ("amount coordinates", "two-kinds"), ("action amount", "two-kinds"),
        ("points latitude longitude", "two-kinds"),
    ],
)  # fmt: skip
def test_what_fits_none_or_two_is_refused(filled, reason):
    with pytest.raises(RowRefused, match=reason):
        category_of("", filled.split())


def test_no_word_means_two_things_and_no_title_two_columns():
    assert len(WORDS) == len({header_key(w) for c in CATEGORIES.values() for w in c.words.split("|")})
    for code, category in CATEGORIES.items():
        assert {WORDS[header_key(word)] for word in category.words.split("|")} == {code}
    for resource in RESOURCES.values():
        keys = [key for column in resource.columns().values() for key in column.keys]
        assert len(keys) == len(set(keys))


def test_what_is_declared_is_known_elsewhere():
    assert CATEGORIES.keys() <= CATEGORY_CODES
    columns = ActivityResource.columns()
    kept = {name for category in CATEGORIES.values() for name in category.kept}
    assert kept <= columns.keys()
    assert {column.record for column in columns.values()} - {""} == CATEGORIES.keys()
    assert (kept - {"coordinates"}) | {"occurred_at"} <= VALUE_TITLES.keys()
    assert [name for name, column in columns.items() if column.mandatory] == ["occurred_at"]
    assert {"no-moment", "future-moment", "no-permission", "nobody-known"} <= ROW_REASONS.keys()
    assert "other-kind" in WARNINGS


@pytest.mark.parametrize(
    ("cells", "moment"),
    [
        ({"occurred_at": "10.11.2026 10:15"}, "2026-11-10T10:15:00+06:00"),
        ({"occurred_at": "2026-11-10T04:15:00Z"}, "2026-11-10T10:15:00+06:00"),
        ({"occurred_at": "10.11.2026"}, "2026-11-10T00:00:00+06:00"),
        ({"occurred_at": "10.11.2026", "occurred_time": "9:05"}, "2026-11-10T09:05:00+06:00"),
        ({"occurred_at": "10.11.2026 0:00:00", "occurred_time": "10:15:30"}, "2026-11-10T10:15:30+06:00"),
        ({"occurred_at": "2026-11-10T00:00:00", "occurred_time": "10:15"}, "2026-11-10T10:15:00+06:00"),
        ({"occurred_at": "1762750000"}, "2025-11-10T10:46:40+06:00"),
    ],
)  # fmt: skip
@NOW
def test_moments(cells, moment):
    assert payload(staged(**cells, points="1"))["occurred_at"] == moment


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("", "no-moment"), ("кечээ", "no-moment"), ("31.02.2026", "no-moment"), ("00.01.1900", "no-moment"),
        ("30.12.1899", "no-moment"), ("04/05/2026", "no-moment"), ("01.01.0001", "no-moment"),
        ("9999-12-31T23:59:59-12:00", "no-moment"), ("22.11.2026 12:01", "future-moment"),
        ("2027-01-01", "future-moment"),
    ],
)  # fmt: skip
@NOW
def test_a_row_without_its_moment_is_refused(moment, reason):
    row = staged(occurred_at=moment, points="1")
    assert (row.verdict, row.reason) == ("refused", reason)
    assert row.phone, "found by whoever asks what is held"


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ({"latitude": "42.8746", "longitude": "74.5698"}, ("42.8746", "74.5698")),
        ({"latitude": " 42,8746 ", "longitude": "+74,5698"}, ("42.8746", "74.5698")),
        ({"latitude": "−33.9", "longitude": "-70"}, ("-33.9", "-70")),
        ({"coordinates": "42.8746,74.5698"}, ("42.8746", "74.5698")),
        ({"coordinates": "42,8746; 74,5698"}, ("42.8746", "74.5698")),
        ({"coordinates": "(42,8746, 74,5698)"}, ("42.8746", "74.5698")),
        ({"coordinates": "42.8746 74.5698"}, ("42.8746", "74.5698")),
    ],
)  # fmt: skip
@NOW
def test_locations(cells, place):
    row = staged(activity="geo", **cells)
    assert row.category == "geolocation"
    assert (payload(row)["latitude"], payload(row)["longitude"]) == place


@pytest.mark.parametrize(
    "cells",
    [
        {"latitude": "42°52′", "longitude": "74°34′"}, {"latitude": "N42.87", "longitude": "E74.56"},
        {"latitude": "90.1", "longitude": "74.5"}, {"latitude": "42.8", "longitude": "180.5"},
        {"latitude": "42.8", "longitude": ""}, {"latitude": "42 874", "longitude": "74.5"},
        {"coordinates": "42,8746,74,5698"}, {"coordinates": "42,8746"}, {"coordinates": "74.5698"},
        {"coordinates": "91.0,74.5"}, {"latitude": "0", "longitude": "0.0"}, {"coordinates": "көчөдө"},
    ],
)  # fmt: skip
@NOW
def test_what_is_no_location_is_refused(cells):
    row = staged(activity="geo", **cells)
    assert (row.verdict, row.reason) == ("refused", "no-coordinates")


@given(st.text(max_size=30))
def test_whatever_a_cell_holds_it_is_a_place_on_the_globe_or_unusable(text):
    try:
        north, _comma, east = values.coordinates(text).partition(",")
    except Unusable:
        return
    assert abs(float(north)) <= 90
    assert abs(float(east)) <= 180
    assert values.coordinates(f"{north}; {east}") == f"{north},{east}"


@given(st.floats(-90, 90).map(lambda n: f"{n:.6f}"), st.floats(-180, 180).map(lambda n: f"{n:.6f}"))
def test_every_place_on_the_globe_is_read_in_every_notation(north, east):
    for written in (f"{north},{east}", f"{north}; {east}", f"{north} {east}".replace(".", ",")):
        assert values.coordinates(written) == f"{north},{east}"
    assert values.latitude(north.replace(".", ",")) == north
    assert values.longitude(east) == east


@NOW
def test_a_location_is_kept_by_no_other_kind_and_by_no_row_that_waits():
    row = staged(
        activity="покупка", amount="5", latitude="42.8746", longitude="74.5698", place="42.8746, 74.5698",
        description="42.8746,74.5698",
    )  # fmt: skip
    assert payload(row) == {"occurred_at": "2026-11-10T10:15:00+06:00", "amount": "5"}
    assert row.warnings == [
        ["place", "location"], ["latitude", "other-kind"], ["longitude", "other-kind"], ["description", "location"]
    ]  # fmt: skip
    refused = staged(activity="geo", coordinates="142.8746,74.5698", latitude="42.8746", longitude="")
    assert refused.reason == "no-coordinates"
    assert "0555123401" in raw(refused)
    assert "8746" not in raw(refused)


@NOW
def test_values_that_can_not_be_read_are_left_out_with_a_warning():
    row = staged(activity="покупка", reference="A-1", amount="сто", currency="фантик", points="5")
    assert payload(row) == {"occurred_at": "2026-11-10T10:15:00+06:00", "reference": "A-1", "points": "5"}
    assert row.warnings == [["amount", "malformed"], ["currency", "malformed"]]
    nothing = staged(activity="points", points="көп")
    assert (nothing.verdict, nothing.reason) == ("refused", "no-activity")


@pytest.mark.parametrize(
    ("raw", "code"), [("сом", "KGS"), ("KGS", "KGS"), ("$", "USD"), ("руб.", "RUB"), ("тенге", "KZT"), ("gbp", "GBP")]
)
def test_currencies(raw, code):
    assert values.currency(raw) == code


@NOW
def test_one_event_is_known_again_by_its_receipt():
    first = staged(reference="A-1", amount="100")
    again = staged(reference="A-1", amount="100")
    corrected = staged(reference="A-1", amount="90", occurred_at="2026-11-11 09:00", place="Ош")
    line = staged(reference="A-1", amount="100", item="Нан")
    other = staged(reference="A-2", amount="100")
    assert first.record_key == again.record_key == corrected.record_key
    assert len({bytes(row.record_key) for row in (first, line, other)}) == 3
    assert first.payload_digest == again.payload_digest != corrected.payload_digest
    assert first.payload != again.payload, "no two ciphertexts are alike"


@NOW
def test_without_a_receipt_by_its_moment_and_values():
    first = staged(points="5", place="Ош")
    same = staged(points="5", place="Ош", occurred_at="10.11.2026 10:15", description="дагы")
    others = [staged(points="6", place="Ош"), staged(points="5", place="Нарын"),
              staged(points="5", place="Ош", occurred_at="2026-11-10 10:16")]  # fmt: skip
    assert first.record_key == same.record_key
    assert len({bytes(row.record_key) for row in [first, *others]}) == 4
