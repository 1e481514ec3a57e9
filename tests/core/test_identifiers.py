"""Identifiers come to one form, whatever the mess they come in."""

import pytest

from apps.core import identifiers
from apps.core.choices import IdentifierKind
from apps.core.identifiers import Unusable


@pytest.mark.parametrize(
    "raw",
    [
        "0555 123 401",
        "+996 (555) 12-34-01",
        "996555123401",
        "8 10 996 555 123 401",
        "00996555123401",
        "+996 555 123 401",
        "0.555.123.401",
        "[0555] 123–401",
        "+９９６５５５１２３４０１",
        " tel:+996555123401",
    ],
)
def test_every_way_to_write_a_phone_gives_one_number(raw):
    assert identifiers.normalise_phone(raw) == "+996555123401"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "empty"),
        (" ", "empty"),
        ("9,96555E+11", "destroyed"),
        ("9.96555E+11", "destroyed"),
        ("12345", "malformed"),
        ("жок", "malformed"),
        ("+996 555", "malformed"),
        ("+996055123401", "malformed"),
        ("+1", "malformed"),
    ],
)
def test_what_is_no_phone_says_why(raw, code):
    with pytest.raises(Unusable) as refused:
        identifiers.normalise_phone(raw)
    assert refused.value.code == code


def test_a_foreign_number_keeps_its_country():
    assert identifiers.normalise_phone("79036533935") == "+79036533935"
    assert identifiers.normalise_phone("+49 30 123456") == "+4930123456"


def test_digests_are_apart_by_kind_and_partner():
    digests = {
        identifiers.digest(IdentifierKind.CARD, "100"),
        identifiers.digest(IdentifierKind.CARD, "100", "bereke"),
        identifiers.digest(IdentifierKind.CARD, "100", "alatoo"),
        identifiers.digest(IdentifierKind.TOKEN, "100"),
    }
    assert len(digests) == 4
    assert {len(digest) for digest in digests} == {16}


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        (IdentifierKind.PHONE, "+996555123401", "+996 ••• ••• 401"),
        (IdentifierKind.EMAIL, "aigul.asanova@example.kg", "a•••@e•••.kg"),
        (IdentifierKind.TOKEN, "9f1c2d3e4b5a60718293a4b5c6d7e801", "••••e801"),
        (IdentifierKind.CARD, "1234", "••••"),
    ],
)
def test_masks(kind, value, masked):
    assert identifiers.mask(kind, value) == masked
