"""Which messages refuse by themselves: a word alone, however it is typed; nothing that says more."""

import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apps.optouts.services.sms_words import WORDS, is_refusal

# Capitals that look alike, written down here by their names and not taken from the code.
ALIKE = [
    {unicodedata.lookup(f"{script} CAPITAL LETTER {name}") for script, name in letters}
    for letters in [
        [("LATIN", "A"), ("CYRILLIC", "A"), ("GREEK", "ALPHA")],
        [("LATIN", "B"), ("CYRILLIC", "VE"), ("GREEK", "BETA")],
        [("LATIN", "C"), ("CYRILLIC", "ES")],
        [("LATIN", "E"), ("CYRILLIC", "IE"), ("GREEK", "EPSILON")],
        [("LATIN", "I"), ("CYRILLIC", "BYELORUSSIAN-UKRAINIAN I"), ("GREEK", "IOTA")],
        [("LATIN", "K"), ("CYRILLIC", "KA"), ("GREEK", "KAPPA")],
        [("LATIN", "M"), ("CYRILLIC", "EM"), ("GREEK", "MU")],
        [("LATIN", "N"), ("GREEK", "NU")],
        [("LATIN", "O"), ("CYRILLIC", "O"), ("GREEK", "OMICRON")],
        [("LATIN", "P"), ("CYRILLIC", "ER"), ("GREEK", "RHO")],
        [("LATIN", "S"), ("CYRILLIC", "DZE")],
        [("LATIN", "T"), ("CYRILLIC", "TE"), ("GREEK", "TAU")],
        [("LATIN", "X"), ("CYRILLIC", "HA"), ("GREEK", "CHI")],
        [("CYRILLIC", "PE"), ("GREEK", "PI")],
    ]
]
SWAPS = {letter: sorted(group) for group in ALIKE for letter in group}
CLOSING = [*".!?…,;:)]»”\"'", "", " ", "\n", "...", "!!!", " . ", "\u00a0"]
OPENING = ["", " ", "\n", "«", "“", '"', "(", "\u200b"]


@st.composite
def typed(draw) -> str:
    """A word as somebody may type it."""
    letters = []
    for letter in draw(st.sampled_from(WORDS)):
        swapped = draw(st.sampled_from(SWAPS.get(letter, [letter])))
        cased = draw(st.sampled_from([swapped, swapped.lower()]))
        wide = draw(st.booleans()) and cased.isascii()
        letters.append(chr(ord(cased) + 0xFEE0) if wide else cased)
    return draw(st.sampled_from(OPENING)) + "".join(letters) + draw(st.sampled_from(CLOSING))


@settings(max_examples=400)
@given(typed())
def test_a_word_alone_refuses_however_it_is_typed(message):
    assert is_refusal(message)


@settings(max_examples=300)
@given(typed(), st.text(min_size=1, max_size=30), st.booleans())
def test_anything_longer_does_not(message, more, behind):
    assume(any(letter.isalnum() for letter in unicodedata.normalize("NFKC", more)))
    assert not is_refusal(f"{message} {more}" if behind else f"{more} {message}")


@settings(max_examples=300)
@given(st.text(max_size=80))
def test_other_texts_do_not_and_nothing_breaks_it(text):
    letters = [c for c in unicodedata.normalize("NFKC", text) if c.isalpha()]
    assume(len(letters) < 3)
    assert not is_refusal(text)


@pytest.mark.parametrize(
    "message",
    ["", " ", "STO", "STOPP", "S T O P", "STOP STOP", "не СТОП", "please stop", "STOP 2", "ENDE", "продолжить",
     "STOP\U0001f621", "СТО", "end.of", "STOP" * 100, "отписаться?как"],
)  # fmt: skip
def test_what_only_looks_like_it_does_not(message):
    assert not is_refusal(message)


@pytest.mark.parametrize(
    "message", ["СТOП", "стоп.", "„Stop“", "ТОКТОТ!", "Tоktot", "ST0P", "Отписаться…", "\ufeffstop"]
)
def test_what_people_send(message):
    assert is_refusal(message)
