"""Identifiers come to one form, whatever the mess they come in."""

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apps.core import identifiers
from apps.core.choices import IdentifierKind
from apps.core.identifiers import Unusable

KINDS = st.sampled_from(IdentifierKind.values)
# Any text, lone surrogates included, and text made of what phones and addresses are made of.
ANYTHING = (
    st.text() | st.text(alphabet=st.characters(exclude_categories=[])) | st.text("0123456789+()- .,eE80@xn-кг\u200e")
)


@pytest.mark.parametrize(
    "raw",
    [
        "0555 123 401",
        "+996 (555) 12-34-01",
        "996555123401",
        "8 10 996 555 123 401",
        "810996555123401",
        "00996555123401",
        "00 996 555 123401",
        "+996\u00a0555\u202f123\u2009401",
        "0.555.123.401",
        "0(555)123401",
        "0(555) 12 34 01",
        "(0555) 12-34-01",
        "[0555] 123–401",
        "555123401",
        "555 12 34 01",
        "+996 0555 123 401",
        "996 (0555) 123401",
        "+９９６５５５１２３４０１",
        " tel:+996555123401",
        "тел.: 0555 123 401",
        "т. 0555 123 401",
        "\u200e+996 555 123 401\u202c",
        "\ufeff0555123401",
        "0555\u00ad123401",
        "'0555123401",
        '="0555123401"',
        "996555123401.0",
        "996555123401,00",
        "\t0555123401\r\n",
    ],
)
def test_every_way_to_write_a_phone_gives_one_number(raw):
    assert identifiers.normalise_phone(raw) == "+996555123401"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "empty"),
        (" ", "empty"),
        ("\u200b", "empty"),
        ("\u00a0\ufeff", "empty"),
        ("9,96555E+11", "destroyed"),
        ("9.96555E+11", "destroyed"),
        ("9.96555e+11", "destroyed"),
        ("9,96555Е+11", "destroyed"),  # a Cyrillic Е
        ("9.96555E+011", "destroyed"),
        ('="9,96555E+11"', "destroyed"),
        ("1E+12", "destroyed"),
        ("12345", "malformed"),
        ("жок", "malformed"),
        ("+996 555", "malformed"),
        ("+996055123401", "malformed"),
        ("996555123", "malformed"),  # cut off, not an operator's number
        ("0155123401", "malformed"),
        ("+1", "malformed"),
        ("++996555123401", "malformed"),
        ("0555123401 доп. 12", "malformed"),
        ("0312 661234 вн. 5", "malformed"),
        ("0555123401 / 0700123402", "malformed"),
        ("0555123401, 0700123402", "malformed"),
        ("0٥٥٥١٢٣٤٠١", "malformed"),  # digits of another script
        ("2025550123", "malformed"),  # ten digits of nobody knows which country
        ("0555\x00123401", "malformed"),
        ("0555123401\ud800", "malformed"),
        ("#ЗНАЧ!", "malformed"),
    ],
)
def test_what_is_no_phone_says_why(raw, code):
    with pytest.raises(Unusable) as refused:
        identifiers.normalise_phone(raw)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("79036533935", "+79036533935"),
        ("89036533935", "+79036533935"),
        ("8 (701) 555-12-13", "+77015551213"),
        ("+7 701 555 12 13", "+77015551213"),
        ("998901234567", "+998901234567"),
        ("+49 30 123456", "+4930123456"),
        ("8 10 49 30 123456", "+4930123456"),
        ("0049 30 123456", "+4930123456"),
    ],
)
def test_a_foreign_number_keeps_its_country(raw, number):
    assert identifiers.normalise_phone(raw) == number


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("OLGA.Ivanova@Example.KG", "olga.ivanova@example.kg"),
        (" <a.b@example.kg> ", "a.b@example.kg"),
        ("< a.b@example.kg >;", "a.b@example.kg"),
        ("mailto:a.b@example.kg", "a.b@example.kg"),
        ("a.b@example.kg.", "a.b@example.kg"),
        ("a.b@exam\u200bple.kg", "a.b@example.kg"),
        ("a\u00ad.b@example.kg\u200e", "a.b@example.kg"),
        ("a@ПРИМЕР.КГ", "a@пример.кг"),
        ("a@xn--e1afmkfd.xn--c1an", "a@пример.кг"),
        ("a@bu\u0308cher.example", "a@b\u00fccher.example"),
        ("o'neil+news@example.co.uk", "o'neil+news@example.co.uk"),
    ],
)
def test_every_way_to_write_an_address_gives_one_address(raw, address):
    assert identifiers.normalise_email(raw) == address


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "empty"),
        ("<>", "empty"),
        ("mailto:", "empty"),
        ("nurgul@example", "malformed"),
        ("a@localhost", "malformed"),
        ("a@[127.0.0.1]", "malformed"),
        ("a b@example.kg", "malformed"),
        ("a@b@example.kg", "malformed"),
        ("а@example.kg", "malformed"),  # a Cyrillic а: not the address that it looks like
        ("a@exa\x00mple.kg", "malformed"),
        ("a@\ud800.kg", "malformed"),
        ("a@xn--abc-.kg", "malformed"),  # an encoding of plain letters
        ("a@xn--\u00e9.kg", "malformed"),
        ("x" * 400 + "@example.kg", "malformed"),
    ],
)
def test_what_is_no_address_says_why(raw, code):
    with pytest.raises(Unusable) as refused:
        identifiers.normalise_email(raw)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("raw", "value"),
    [("BRK-000101", "BRK-000101"), (" 1234 5678 ", "12345678"), ("ＢＲＫ１", "BRK1"), ("5E12", "5E12")],
)
def test_a_card_is_kept_as_given(raw, value):
    assert identifiers.normalise_opaque(raw) == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [("", "empty"), ("9,96555E+11", "destroyed"), ("1E+12", "destroyed"), ("ab", "malformed"), ("карта", "malformed")],
)
def test_what_is_no_card_says_why(raw, code):
    with pytest.raises(Unusable) as refused:
        identifiers.normalise_opaque(raw)
    assert refused.value.code == code


@pytest.mark.parametrize("kind", IdentifierKind.values)
@pytest.mark.parametrize("filler", ["0", "9", "a", "@", " ", "\ufdfa", "e", "xn--", "."])
def test_ten_megabytes_are_turned_away(kind, filler):
    with pytest.raises(Unusable):
        identifiers.normalise(kind, filler * (10_000_000 // len(filler)))


@settings(max_examples=400, deadline=None)
@given(KINDS, ANYTHING)
@example("email", "İ@İ.kg")
@example("email", "a@xn--xn---epa.kg")
@example("phone", "+78005553535")
def test_normalising_ends_in_one_form_or_in_unusable(kind, raw):
    try:
        value = identifiers.normalise(kind, raw)
    except Unusable:
        return
    assert identifiers.normalise(kind, value) == value
    assert len(identifiers.digest(kind, value)) == 16
    identifiers.mask(kind, value)


EXAMPLES = [phonenumbers.example_number(region) for region in sorted(phonenumbers.SUPPORTED_REGIONS)]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([number for number in EXAMPLES if number]), st.integers(0, 999))
def test_a_number_of_any_country_stays_as_it_is(number, ending):
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[:-3] + f"{ending:03}"
    try:
        value = identifiers.normalise_phone(written)
    except Unusable:
        return
    assert value == written
    assert identifiers.normalise_phone(f"00{value[1:]}") == value
    assert identifiers.normalise_phone(" ".join(value)) == value


def test_a_kind_that_nobody_knows_is_an_error_of_ours():
    with pytest.raises(KeyError):
        identifiers.normalise("fax", "0555123401")


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
    ("raw", "kind"),
    [
        ("0555 123 401", IdentifierKind.PHONE),
        ("a@example.kg", IdentifierKind.EMAIL),
        ("BRK-000101", IdentifierKind.TOKEN),
        ("", IdentifierKind.TOKEN),
    ],
)
def test_a_typed_value_is_guessed_for(raw, kind):
    assert identifiers.guess_kind(raw) == kind
