"""Phones, e-mails, tokens and cards: brought to one form, digested for matching, masked for the screen."""

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from apps.core.choices import IdentifierKind
from apps.core.keyring import keyring

DOT = "•"
# Far more than any identifier has: a cell of megabytes is turned away before any work is done on it.
MAX_TYPED = 1000
MIN_FULL_NUMBER = 11

# Excel turns a long number into 9,96555E+11: the last digits are gone for good. LibreOffice writes E+011.
_DESTROYED = re.compile(r"[+]?[0-9](?:[.,][0-9]+)?[eEеЕ][+]?[0-9]{1,3}")
# An opaque value may well read 5E12; a spreadsheet always writes the sign.
_DESTROYED_OPAQUE = re.compile(r"[0-9](?:[.,][0-9]+)?[eEеЕ][+][0-9]{1,3}")
# 996555123401.0: a number that went through a program which thinks in fractions. Nothing is lost.
_FRACTION = re.compile(r"([+]?[0-9]{9,15})[.,]0{1,2}")
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
_NOT_DIALLED = re.compile(r"[\s()\[\].\-_\u2010-\u2015\u2212]+")
_CALLED = re.compile(r"^(?:tel|phone|тел|телефон|моб|сот|т)[.:\s]+", re.IGNORECASE)
_DIALLED = re.compile(r"[+]?[0-9]{6,18}")
# The nine digits of a Kyrgyz subscriber: operators get new codes more often than any library is updated. After the
# country's code a trunk zero is one too many, and nobody means anything else by it. Nine digits that begin with the
# country's code are a number that was cut off rather than one of the operator whose code is 996.
_HOME_NUMBER = re.compile(r"(?:(?:[+]|00|810)?9960?|0|(?!996))([2-9][0-9]{8})")
_HOME_CODE = re.compile(r"(?:[+]|00|810)996")
# Russia and Kazakhstan dial 8 before their ten digits, and people write it so.
_RUSSIAN_TRUNK = re.compile(r"8([79][0-9]{9})")
_OPAQUE = re.compile(r"[!-~]{3,255}")
# What stands around an address in a list of addresses, or at the end of a sentence.
_AROUND_EMAIL = "<>,;. \t\r\n"
# Most values of most files need nothing done to them, or next to nothing. What these forms match has the same result
# on the long way.
_MARKS = str.maketrans("", "", " ()-")
_PLAIN_PHONE = re.compile(r"(?:[+]?996|0)([2-9][0-9]{8})")
_PLAIN_PHONE_LENGTH = 40
_PLAIN_EMAIL = re.compile(r"(?=.{6,100}\Z)[a-z0-9]+(?:[._][a-z0-9]+)*@(?:[a-z0-9]{1,60}[.])+[a-z]{2,24}")
_HOME_E164 = re.compile(r"[+]996[2-9][0-9]{8}")
_EMAIL_PARTS = re.compile(r"([^@\s]+)@([^@\s]+)\.([^\W\d_]{2,24})")
# Stricter than the RFC: neither a bare host nor an IP address in brackets is where a person gets mail.
_validate_email = EmailValidator(allowlist=[])


class Unusable(ValueError):
    """A value that identifies nobody. `code` says why: `empty`, `destroyed`, `malformed`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _visible(raw: str, form: Literal["NFC", "NFKC"]) -> str:
    """`raw` without outer blanks and what no reader sees (bidi marks, soft hyphens). Raises Unusable."""
    text = raw.strip()
    if len(text) > MAX_TYPED:
        raise Unusable("malformed")
    text = _INVISIBLE.sub("", unicodedata.normalize(form, text)).strip()
    if not text:
        raise Unusable("empty")
    return text


def normalise_phone(raw: str) -> str:
    """E.164 (`+996555123401`) of a phone number as people write it.

    Takes `0555 123 401`, `+996 (555) 12-34-01`, `996555123401`, `555123401`, `8 10 996 …`, `00996 …`, `+996 0555 …`,
    `8 903 …` (a Russian or Kazakh number), no-break spaces, full-width digits, `тел.: …`, `="0555123401"`,
    `996555123401.0`. A number with no country code is a Kyrgyz one.

    Raises Unusable: `empty`; `destroyed` for what a spreadsheet turned into `9,96555E+11`; `malformed` for all else:
    two numbers in one cell, or an extension (`доп. 12`), behind which there is somebody else than behind the number.
    """
    if len(raw) <= _PLAIN_PHONE_LENGTH and (plain := _PLAIN_PHONE.fullmatch(raw.translate(_MARKS))):
        return f"+996{plain[1]}"
    text = _visible(raw, "NFKC").strip("='\"`")
    if _DESTROYED.fullmatch(text):
        raise Unusable("destroyed")
    fraction = _FRACTION.fullmatch(text)
    dialled = _NOT_DIALLED.sub("", fraction[1] if fraction else _CALLED.sub("", text))
    if not _DIALLED.fullmatch(dialled):
        raise Unusable("malformed")
    home = _HOME_NUMBER.fullmatch(dialled)
    return f"+996{home[1]}" if home else _foreign_phone(dialled)


def _foreign_phone(dialled: str) -> str:
    international = _RUSSIAN_TRUNK.sub(r"+7\1", dialled) if len(dialled) == MIN_FULL_NUMBER else dialled
    international = re.sub(r"^(?:00|810)", "+", international)
    if not international.startswith("+"):  # a full number whose plus sign a spreadsheet took away; never a short one
        international = f"+{international}" if len(international) >= MIN_FULL_NUMBER else ""
    if not international or _HOME_CODE.match(international):
        raise Unusable("malformed")
    try:
        number = phonenumbers.parse(international)
    except phonenumbers.NumberParseException:
        raise Unusable("malformed") from None
    if not phonenumbers.is_valid_number(number):
        raise Unusable("malformed")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalise_email(raw: str) -> str:
    """The address in lower case, NFC, its domain in letters (`пример.кг`, not `xn--…`), without `mailto:` and `<>`.

    Raises Unusable `empty`, `malformed`.
    """
    if _PLAIN_EMAIL.fullmatch(raw):
        return raw
    text = _visible(raw, "NFC").lower().strip(_AROUND_EMAIL).removeprefix("mailto:").strip(_AROUND_EMAIL)
    if not text:
        raise Unusable("empty")
    local, _at, domain = text.rpartition("@")
    text = f"{local}@{_domain_in_letters(domain)}"
    try:
        _validate_email(text)
    except ValidationError:
        raise Unusable("malformed") from None
    if text.endswith("]") or any(unicodedata.category(letter)[0] in "CZ" for letter in text):
        raise Unusable("malformed")
    return text


def _domain_in_letters(domain: str) -> str:
    letters = ".".join(_label_in_letters(label) for label in domain.split("."))
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", letters).lower())


def _label_in_letters(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        letters = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        raise Unusable("malformed") from None
    # An encoding of plain letters, or of another encoding, is how one address would pass for two.
    if letters.isascii() or letters.startswith("xn--") or "." in letters:
        raise Unusable("malformed")
    return letters


def normalise_opaque(raw: str) -> str:
    """A token or card number: printable ASCII without blanks, as given.

    Raises Unusable `empty`, `destroyed`, `malformed`.
    """
    if _OPAQUE.fullmatch(raw) and "+" not in raw:
        return raw
    text = "".join(_visible(raw, "NFKC").split())
    if _DESTROYED_OPAQUE.fullmatch(text):
        raise Unusable("destroyed")
    if not _OPAQUE.fullmatch(text):
        raise Unusable("malformed")
    return text


NORMALISERS: dict[str, Callable[[str], str]] = {
    IdentifierKind.PHONE: normalise_phone,
    IdentifierKind.EMAIL: normalise_email,
    IdentifierKind.TOKEN: normalise_opaque,
    IdentifierKind.CARD: normalise_opaque,
    IdentifierKind.PUSH: normalise_opaque,
}


def normalise(kind: str, raw: str) -> str:
    """`raw` in the one form of its kind. Raises Unusable."""
    return NORMALISERS[kind](raw)


def digest(kind: str, value: str, scope: str = "") -> bytes:
    """The 16-byte digest of a normalised value, by which it is matched everywhere.

    `scope` is the partner's code for a card, whose number is unique within its partner only; else empty.
    """
    return keyring().digest(digest_domain(kind, scope), value)


def digest_domain(kind: str, scope: str = "") -> str:
    """The keyring's domain of identifiers of this kind and scope, for writers that digest many."""
    return f"{kind}:{scope}" if scope else str(kind)


def guess_kind(raw: str) -> str:
    """What a typed value most likely is: an address with `@`, a dialable number, else an opaque token or card."""
    if "@" in raw:
        return IdentifierKind.EMAIL
    try:
        normalise_phone(raw)
    except Unusable:
        return IdentifierKind.TOKEN
    return IdentifierKind.PHONE


def mask(kind: str, value: str) -> str:
    """A normalised identifier as staff may see it: `+996 ••• ••• 401`, `a•••@e•••.kg`, `••••e801`."""
    if kind == IdentifierKind.PHONE:
        return mask_phone(value)
    if kind == IdentifierKind.EMAIL:
        return mask_email(value)
    return DOT * 4 + _ending(value, 4)


def _ending(value: str, most: int) -> str:
    """The last characters, at most a third of all: of a short value the end would be the whole."""
    shown = min(most, len(value) // 3)
    return value[-shown:] if shown > 1 else ""


def mask_phone(value: str) -> str:
    """`+996 ••• ••• 401` of an E.164 number; nothing of what is none."""
    if _HOME_E164.fullmatch(value):
        return f"+996 {DOT * 3} {DOT * 3} {value[-3:]}"
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return DOT * 4
    national = str(number.national_number)
    return f"+{number.country_code} {DOT * 3} {DOT * 3} {_ending(national, 3)}".rstrip()


def mask_email(value: str) -> str:
    """`a•••@e•••.kg` of a normalised address; nothing of a text that has an `@` somewhere."""
    address = _EMAIL_PARTS.fullmatch(value)
    if not address:
        return f"{DOT * 3}@{DOT * 3}"
    return f"{_initial(address[1])}{DOT * 3}@{_initial(address[2])}{DOT * 3}.{address[3]}"


def mask_words(value: str) -> str:
    """`А•••• А••••` of a name or another text: the first letter of each word, length hidden.

    Nothing of numbers and of words of one letter: `ул. Ленина 4` would give the house away.
    """
    return " ".join(_initial(word) + DOT * 4 for word in value.split())


def _initial(word: str) -> str:
    return word[0] if len(word) > 1 and word[0].isalpha() else ""
