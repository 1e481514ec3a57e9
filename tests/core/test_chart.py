"""Stacked bars: what is drawn is what there is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.chart import HEIGHT, Chart, Series, round_up

VALUES = st.lists(st.lists(st.integers(0, 10**7), min_size=12, max_size=12), min_size=1, max_size=5)


def chart(values) -> Chart:
    series = [Series(f"s{number}", "#000000", row) for number, row in enumerate(values)]
    return Chart("x", [f"p{place}" for place in range(12)], series)


@settings(deadline=None)
@given(VALUES)
def test_pieces_lie_on_each_other_and_end_at_their_sum(values):
    drawn = chart(values)
    for place in range(12):
        pieces = [rect for rect in drawn.rects if rect.title.startswith(f"p{place} ")]
        floor = HEIGHT
        for piece in pieces:
            assert abs(float(piece.y) + float(piece.height) - floor) < 0.03
            floor = float(piece.y)
        assert abs((HEIGHT - floor) - drawn.totals[place] / drawn.top * HEIGHT) < 0.1
        assert floor >= -0.01
    assert sum(total for _name, _values, total in drawn.rows) == sum(map(sum, values))
    assert drawn.empty == (not any(map(sum, values)))


@given(st.integers(0, 10**9))
def test_the_upper_edge_is_round_and_never_far_above(value):
    top = round_up(value)
    assert value <= top <= max(1, 2 * value)
    assert len(str(top).rstrip("0")) == 1


def test_only_so_many_places_are_named_and_the_last_one_is():
    many = Chart("x", [str(number) for number in range(30)], [Series("s", "#000000", [1] * 30)])
    assert many.labels[-1] == "29"
    assert 1 < sum(map(bool, many.labels)) <= 6
