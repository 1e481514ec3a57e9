"""What needs nothing done to it is recognised at sight; the result is that of the long way."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import identifiers
from apps.core.identifiers import Unusable, normalise

NEVER = re.compile(r"(?!)")
CELLS = st.one_of(
    st.from_regex(r"[+]?(?:996|0|0996)?[ (]?[0-9]{3}[) -]?[0-9]{2,3}[ -]?[0-9]{2,4}", fullmatch=True),
    st.from_regex(r"[a-z0-9._+-]{1,12}@(?:[a-z0-9-]{1,8}[.]){1,3}[a-z]{1,6}", fullmatch=True),
    st.text(alphabet="0123456789+-eE .,()@axn", max_size=24),
)


def result(kind: str, cell: str) -> str:
    try:
        return normalise(kind, cell)
    except Unusable as problem:
        return f"! {problem.code}"


@pytest.mark.parametrize("kind", ["phone", "email"])
@settings(max_examples=400, deadline=None)
@given(cell=CELLS)
def test_both_ways_agree(kind, cell):
    short = result(kind, cell)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identifiers, "_PLAIN_PHONE", NEVER)
        patch.setattr(identifiers, "_PLAIN_EMAIL", NEVER)
        assert result(kind, cell) == short


@settings(max_examples=400, deadline=None)
@given(cell=CELLS)
def test_a_token_takes_the_long_way_behind_a_blank(cell):
    assert result("token", cell) == result("token", f" {cell}")


@settings(max_examples=200, deadline=None)
@given(value=st.from_regex(r"[+]99[56][0-9]{8,10}", fullmatch=True))
def test_a_mask_is_that_of_the_long_way(value):
    short = identifiers.mask_phone(value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identifiers, "_HOME_E164", NEVER)
        assert identifiers.mask_phone(value) == short
