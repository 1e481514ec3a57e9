"""Two texts side by side: nothing lost, changes marked by words, quick whatever the texts are."""

import random

from hypothesis import given
from hypothesis import strategies as st

from apps.core.markdown import blocks
from apps.policies.comparing import compare

WORDS = st.sampled_from(
    ["we", "use", "data", "for", "advertising", "and", "service", "\n\n", "\n\n- ", "\n\n# ", "**x**"]
)
TEXTS = st.lists(WORDS, max_size=40).map(" ".join)


def said(side) -> str:
    return " ".join(" ".join(piece.text for piece in side.pieces).split())


def texts(source: str) -> list[str]:
    return [" ".join(block.text.split()) for block in blocks(source)]


def marked(side) -> list[str]:
    return [piece.text for piece in side.pieces if piece.mark]


@given(TEXTS, TEXTS)
def test_both_texts_stand_there_whole_and_in_order(old, new):
    rows = compare(old, new).rows
    assert [said(row.old) for row in rows if row.old] == texts(old)
    assert [said(row.new) for row in rows if row.new] == texts(new)


@given(TEXTS)
def test_a_text_is_the_same_as_itself(text):
    assert compare(text, text).same


@given(TEXTS, TEXTS)
def test_what_is_not_marked_is_in_both(old, new):
    for row in compare(old, new).rows:
        if row.kind == "changed":
            kept = [" ".join(p.text for p in side.pieces if not p.mark) for side in (row.old, row.new)]
            assert kept[0] == kept[1]
            assert marked(row.old) or marked(row.new)


def test_words_are_marked_inside_a_paragraph():
    (row,) = compare("You give an irrevocable consent to it.", "You give a withdrawable consent to it.").rows
    assert (marked(row.old), marked(row.new)) == (["an irrevocable"], ["a withdrawable"])


def test_a_paragraph_that_is_new_stands_alone_and_its_neighbours_stay():
    rows = compare("one one\n\nthree three", "one one\n\ntwo two\n\nthree three").rows
    assert [row.kind for row in rows] == ["same", "added", "same"]
    assert rows[1].old is None
    assert [row.kind for row in compare("one one\n\ntwo two", "two two").rows] == ["removed", "same"]


def test_a_changed_paragraph_is_paired_with_what_it_came_from():
    old = "The operator keeps names.\n\nPartners get the phone number of the user."
    new = "Something else altogether here.\n\nPartners get the phone number and the name of the user."
    kinds = [(row.kind, row.old is not None and row.new is not None) for row in compare(old, new).rows]
    assert kinds == [("removed", False), ("added", False), ("changed", True)]


def test_a_link_that_leads_elsewhere_is_a_change_and_bold_only_looks_different():
    (row,) = compare("See [the law](https://a.example/1).", "See [the law](https://a.example/2).").rows
    assert row.kind == "changed"
    comparison = compare("All **data**.", "All data.")
    assert [row.kind for row in comparison.rows] == ["form"]
    assert not comparison.same


def test_what_is_unchanged_and_far_from_changes_is_folded():
    paragraphs = [f"Paragraph number {number} of the policy." for number in range(12)]
    old = "\n\n".join(paragraphs)
    new = old.replace("number 6 of", "number six of")
    shape = [(stretch.folded, len(stretch.rows)) for stretch in compare(old, new).stretches()]
    assert shape == [(True, 5), (False, 3), (True, 4)]
    assert compare(old, new).counts == {"same": 11, "changed": 1}


def test_long_and_monotonous_texts_come_to_an_end():
    dice = random.Random(1)  # noqa: S311
    for words in (["a"], ["a", "b"], [f"w{n}" for n in range(90)]):
        one, two = (" ".join(dice.choice(words) for _ in range(6000)) for _ in range(2))
        assert compare(one, two).rows
        paragraphs = ["\n\n".join(dice.choice(words) for _ in range(4000)) for _ in range(2)]
        assert len(compare(*paragraphs).rows) >= 4000
