"""Cells for spreadsheets: phones as the desk shows them are left alone, whatever else looks like a formula isn't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.identifiers import mask_phone
from apps.core.spreadsheet import harmless, starts_formula


@pytest.mark.parametrize(
    "cell",
    [
        "+996555123401",
        mask_phone("+996555123401"),
        "+996555123401, +996700123402",
        "+996 ••• ••• 401, +996 ••• ••• 2",
    ],
)
def test_phones_stay_what_they_are(cell):
    assert harmless(cell) == cell


@pytest.mark.parametrize("cell", ["+996555123401, =1+1", "+996555123401, +SUM(A1)", "+996555123401+SUM(A1)", "-", "+•"])
def test_what_only_begins_like_a_phone_becomes_text(cell):
    assert harmless(cell) == "'" + cell


@given(st.from_regex(r"[=+\-@|%][ 0-9,;.+A-Z()!']{0,30}", fullmatch=True))
def test_what_is_left_alone_has_neither_letters_nor_formulas(cell):
    if not starts_formula(cell):
        assert not any(letter.isalpha() for letter in cell)
        assert cell[0] in "+-"


def test_a_long_cell_is_judged_at_once():
    assert starts_formula("+" + "1, " * 30_000 + "x")
    assert starts_formula("+1" + ", +1" * 20_000 + "x")
