"""The picture of flows: nothing is lost, nothing overlaps, every number has a point."""

import re
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from apps.core.flows import UNIT, Flow, Flows, Place

PLACES = [[Place(f"{column}{n}", f"Place {n} " * n) for n in range(5)] for column in "abc"]


def flows_of(amounts):
    found = [
        Flow(f"{start}{a}", f"{end}{b}", amount, "")
        for (start, end), table in zip((("a", "b"), ("b", "c")), amounts, strict=True)
        for (a, b), amount in table.items()
    ]
    return Flows("Where it goes", PLACES, found)


TABLES = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 9))


@given(st.tuples(TABLES, TABLES))
def test_places_of_a_column_lie_below_each_other_inside_the_picture(amounts):
    flows = flows_of(amounts)
    for column in "abc":
        boxes = [box for box in flows.boxes if box.place.key[0] == column]
        assert len(boxes) == 5
        for upper, lower in pairwise(boxes):
            assert upper.y + upper.height < lower.y
        assert boxes[0].y > 0
        assert boxes[-1].y + boxes[-1].height < flows.height


@given(st.tuples(TABLES, TABLES))
def test_bands_fit_into_their_places_side_by_side(amounts):
    flows = flows_of(amounts)
    boxes = {box.place.key: box for box in flows.boxes}
    starts = {key: [] for key in boxes}
    for band in flows.bands:
        y = float(re.match(r"M[\d.]+ ([\d.]+)C", band.path)[1])
        starts[band.flow.start].append((y, band.flow.amount * UNIT))
    for key, pieces in starts.items():
        edge = boxes[key].y
        for y, width in sorted(pieces):
            assert y >= edge - 0.11
            edge = y + width
        assert edge <= boxes[key].y + boxes[key].height + 0.11


@pytest.mark.parametrize("language", ["en", "ru", "ky"])
def test_it_is_an_accessible_picture_in_every_language(language):
    with translation.override(language):
        drawn = render_to_string("core/flows.html", {"flows": flows_of([{(0, 1): 3}, {(1, 2): 3}]), "table": "told"})
    svg = drawn[drawn.index("<svg") :]
    assert 'role="img"' in svg
    assert 'aria-labelledby="flows-title flows-text"' in svg
    assert '<title id="flows-title">Where it goes</title>' in svg
    assert not re.search(r'(?:x|y|width|height|d|viewBox)="[^"]*\d,\d', svg)


def test_a_long_name_takes_two_lines_and_no_more():
    long = Place("a0", "A name that is by far too long to stand beside the place that it belongs to")
    flows = Flows("", [[long], [Place("b0", "Short")]], [Flow("a0", "b0", 1, "")])
    first, second = flows.boxes
    assert [text for _y, text in first.lines][-1].endswith("…")
    assert len(first.lines) == 2
    assert [text for _y, text in second.lines] == ["Short"]
