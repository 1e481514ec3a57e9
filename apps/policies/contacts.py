"""Where the operator is reached (P21): numbers and addresses from the settings, as people read and dial them."""

import re
from dataclasses import dataclass

import phonenumbers
from django.conf import settings

from apps.core.identifiers import Unusable, normalise_phone

# Many operators have a number of a few digits beside their full ones.
_SHORT_NUMBER = re.compile(r"[0-9]{3,6}")


@dataclass(frozen=True)
class Phone:
    """A number: as a telephone dials it, and as people read it."""

    dialled: str
    shown: str


@dataclass(frozen=True)
class Contacts:
    """What the operator has published; empty where it has not."""

    phones: tuple[Phone, ...]
    email: str
    address: str
    hours: str

    @property
    def reachable(self) -> bool:
        """Whether questions can be put, and advertising refused by phone (P15)."""
        return bool(self.phones)


def contacts() -> Contacts:
    """The operator's, as they are set. Numbers that are none are left out: a system check names them."""
    phones = (read_phone(number) for number in settings.OPERATOR_PHONES)
    return Contacts(
        phones=tuple(phone for phone in phones if phone is not None),
        email=settings.OPERATOR_EMAIL,
        address=settings.OPERATOR_ADDRESS,
        hours=settings.OPERATOR_HOURS,
    )


def read_phone(number: str) -> Phone | None:
    """A full number in any form, or a short one; None for what nobody can dial."""
    text = number.strip()
    if _SHORT_NUMBER.fullmatch(text):
        return Phone(text, text)
    try:
        dialled = normalise_phone(text)
    except Unusable:
        return None
    shown = phonenumbers.format_number(phonenumbers.parse(dialled), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return Phone(dialled, shown)
