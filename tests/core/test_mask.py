"""A mask never gives away more than it says, short and odd values included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import identifiers
from apps.core.choices import IdentifierKind


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        (IdentifierKind.PHONE, "+996555123401", "+996 ••• ••• 401"),
        (IdentifierKind.PHONE, "+4930123456", "+49 ••• ••• 56"),
        (IdentifierKind.PHONE, "+29023456", "+290 ••• •••"),
        (IdentifierKind.PHONE, "0555123401", "••••"),
        (IdentifierKind.PHONE, "", "••••"),
        (IdentifierKind.EMAIL, "aigul.asanova@example.kg", "a•••@e•••.kg"),
        (IdentifierKind.EMAIL, "a@example.co.kg", "•••@e•••.kg"),
        (IdentifierKind.EMAIL, "ab@x.kg", "a•••@•••.kg"),
        (IdentifierKind.EMAIL, "a@пример.кг", "•••@п•••.кг"),
        (IdentifierKind.EMAIL, "ask me@example.kg. Lenin street 4", "•••@•••"),
        (IdentifierKind.EMAIL, "no address", "•••@•••"),
        (IdentifierKind.TOKEN, "9f1c2d3e4b5a60718293a4b5c6d7e801", "••••e801"),
        (IdentifierKind.CARD, "BRK-000101", "••••101"),
        (IdentifierKind.CARD, "1234567", "••••67"),
        (IdentifierKind.CARD, "1234", "••••"),
        (IdentifierKind.PUSH, "abc", "••••"),
    ],
)
def test_masks_of_identifiers(kind, value, masked):
    assert identifiers.mask(kind, value) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Асанова Айгүл", "А•••• А••••"),
        ("Ж", "••••"),
        ("ул. Ленина 4, кв. 7", "у•••• Л•••• •••• к•••• ••••"),
        ("  ", ""),
        ("=HYPERLINK(1)", "••••"),
        ("14.03.1988", "••••"),
    ],
)
def test_masks_of_words(text, masked):
    assert identifiers.mask_words(text) == masked


@given(st.text(), st.sampled_from(IdentifierKind.values))
def test_no_text_breaks_a_mask(text, kind):
    assert isinstance(identifiers.mask(kind, text), str)
    assert isinstance(identifiers.mask_words(text), str)


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=60))
def test_an_opaque_value_shows_at_most_a_third(value):
    assert len(identifiers.mask(IdentifierKind.TOKEN, value).lstrip("•")) <= len(value) / 3


@given(st.text("abc", min_size=1, max_size=9), st.text("abc", min_size=1, max_size=9))
def test_an_address_never_shows_whole_words(local, name):
    masked = identifiers.mask_email(f"{local}@{name}.kg")
    assert not masked.startswith(f"{local}•")
    assert f"@{name}•" not in masked
