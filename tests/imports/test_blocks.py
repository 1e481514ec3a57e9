"""Cutting a file into blocks gives the rows that reading it row by row gives, whatever stands in it."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.imports.engine import table
from apps.imports.engine.guards import DeviceGuard, has_traces
from apps.imports.engine.refusals import Refused
from apps.imports.engine.table import blocks, cells_of, rows

MANY = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CELLS = st.text(st.sampled_from('аb1 ;"\t\x1c\u00a0'), max_size=6)
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r\n", "\n\n", "\r", ";;\n"])


def either(read) -> tuple[list, str]:
    """What came out, and the code of the refusal that ended it."""
    found = []
    try:
        found.extend(read)
    except Refused as refusal:
        return [], f"{refusal.code} {refusal.params.get('line')}"
    return found, ""


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch):
    monkeypatch.setattr(table, "PIECE", 11)


@MANY
@given(lines=st.lists(st.tuples(CELLS, CELLS, ENDS), max_size=20), first_line=st.integers(1, 4))
def test_blocks_hold_the_same_rows(lines, first_line):
    data = "".join(f"{one};{two}{end}" for one, two, end in lines).encode()
    expected, refused = either(r for r in rows(lambda: io.BytesIO(data), "utf-8", ";") if r.line >= first_line)
    whole = blocks(lambda: io.BytesIO(data), "utf-8", ";", first_line)
    numbered, why = either(row for block in whole for row in cells_of(block, ";"))
    assert why == refused
    assert numbered == list(enumerate(expected, 1))


def test_most_of_a_plain_file_goes_as_text_and_a_quoted_cell_does_not_end_that():
    lines = [f"055512{n:04d};Ада\n" for n in range(40)]
    lines[20] = '0555120020;"Ада\nБек"\n'
    data = "".join(lines).encode()
    found = list(blocks(lambda: io.BytesIO(data), "utf-8", ";", 1))
    assert sum(block.length for block in found) == 40
    assert sum(block.length for block in found if block.text) > 30
    assert [row.line for block in found for _n, row in cells_of(block, ";")][-1] == 41
    assert found[-1].end == len(data)


def test_too_many_columns_are_noticed_where_the_cells_are_cut():
    data = ("a;b\n" + ";".join(["x"] * 501) + "\n").encode()
    with pytest.raises(Refused, match="too-many-columns"):
        [row for block in blocks(lambda: io.BytesIO(data), "utf-8", ";", 1) for row in cells_of(block, ";")]


DEVICES = ["490154203237518", "49-015420-323751-8", "00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e",
           "550e8400-e29b-41d4-a716-446655440000", "192.168.1.10", "2001:db8::1", "::1", "00a1b2c3d4e5"]  # fmt: skip


@pytest.mark.parametrize("value", DEVICES)
def test_the_quick_look_finds_every_kind_of_device_identifier(value):
    guard = DeviceGuard(["phone", "ref"])
    guard.look(["0555123401", value])
    with pytest.raises(Refused, match="device-ids"):
        guard.refuse_found()
    assert has_traces(f"0555123401;{value}\n")


@MANY
@given(st.text(st.sampled_from("0123456789abcdefT :.-/x"), min_size=1, max_size=40))
def test_the_quick_look_misses_nothing_that_the_guard_finds(cell):
    guard = DeviceGuard(["ref"])
    guard.look([cell])
    try:
        guard.refuse_found()
    except Refused:
        assert has_traces(f"{cell}\n")


def test_the_quick_look_passes_ordinary_rows():
    row = "CARD-000000002;+996 (770) 00-00-00;Байгазиева Айгүл;user2@example.kg;14.03.1984;2026-06-02T10:15:00+06:00\n"
    assert not has_traces(row * 10)
