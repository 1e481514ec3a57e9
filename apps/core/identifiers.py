"""Phones, e-mails, tokens and cards: brought to one form, digested for matching, masked for the screen."""

import re
import unicodedata
from collections.abc import Callable

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.core.choices import IdentifierKind
from apps.core.keyring import keyring

HOME_REGION = "KG"
DOT = "•"

# Excel turns a long number into 9,96555E+11: the last digits are gone for good.
_DESTROYED = re.compile(r"\d(?:[.,]\d+)?[eE][+]?\d{1,2}")
_NOT_DIALLED = re.compile(r"[\s()\[\].\-/_\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_DIALLED = re.compile(r"[+]?\d{6,18}")
# The nine digits of a Kyrgyz subscriber; operators get new codes more often than any library is updated.
_HOME_NUMBER = re.compile(r"(?:[+]|00|810)?996(\d{9})|0(\d{9})")
_OPAQUE = re.compile(r"[!-~]{3,255}")


class Unusable(ValueError):
    """A value that identifies nobody. `code` says why: `empty`, `destroyed`, `malformed`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def normalise_phone(raw: str) -> str:
    """E.164 (`+996555123401`) of a phone number as people write it.

    Takes `0555 123 401`, `+996 (555) 12-34-01`, `996555123401`, `8 10 996 …`, `00996 …`, no-break spaces,
    full-width digits. A number with no country code is a Kyrgyz one. Raises Unusable: `empty`; `destroyed` for
    what a spreadsheet turned into `9,96555E+11`; `malformed` for all else.
    """
    text = unicodedata.normalize("NFKC", raw).strip()
    if not text:
        raise Unusable("empty")
    if _DESTROYED.fullmatch(text):
        raise Unusable("destroyed")
    dialled = _NOT_DIALLED.sub("", text.removeprefix("tel:"))
    if not _DIALLED.fullmatch(dialled):
        raise Unusable("malformed")
    home = _HOME_NUMBER.fullmatch(dialled)
    if home:
        subscriber = home[1] or home[2]
        if subscriber[0] in "01":
            raise Unusable("malformed")
        return f"+996{subscriber}"
    return _foreign_phone(dialled)


def _foreign_phone(dialled: str) -> str:
    international = re.sub(r"^(?:00|810)", "+", dialled)
    if not international.startswith("+") and len(international) >= 10:
        international = f"+{international}"  # a full number whose plus sign a spreadsheet took away
    try:
        number = phonenumbers.parse(international, HOME_REGION)
    except phonenumbers.NumberParseException:
        raise Unusable("malformed") from None
    if not phonenumbers.is_valid_number(number):
        raise Unusable("malformed")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalise_email(raw: str) -> str:
    """The address in lower case, NFC, without `mailto:` and outer blanks. Raises Unusable `empty`, `malformed`."""
    text = unicodedata.normalize("NFC", raw).strip().strip("<>").lower().removeprefix("mailto:")
    if not text:
        raise Unusable("empty")
    try:
        validate_email(text)
    except ValidationError:
        raise Unusable("malformed") from None
    return text


def normalise_opaque(raw: str) -> str:
    """A token or card number: printable ASCII without blanks, as given. Raises Unusable `empty`, `destroyed`."""
    text = "".join(unicodedata.normalize("NFKC", raw).split())
    if not text:
        raise Unusable("empty")
    if _DESTROYED.fullmatch(text):
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
    return keyring().digest(f"{kind}:{scope}" if scope else str(kind), value)


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
    return DOT * 4 + (value[-4:] if len(value) > 7 else "")


def mask_phone(value: str) -> str:
    """`+996 ••• ••• 401` of an E.164 number."""
    country = phonenumbers.parse(value).country_code
    return f"+{country} {DOT * 3} {DOT * 3} {value[-3:]}"


def mask_email(value: str) -> str:
    """`a•••@e•••.kg` of a normalised address."""
    local, _, domain = value.rpartition("@")
    name, dot, top = domain.rpartition(".")
    return f"{local[:1]}{DOT * 3}@{name[:1]}{DOT * 3}{dot}{top}"


def mask_words(value: str) -> str:
    """`А•••• А••••` of a name or another text: the first letter of each word, length hidden."""
    return " ".join(word[:1] + DOT * 4 for word in value.split())
