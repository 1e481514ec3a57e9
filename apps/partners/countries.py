"""Countries by their ISO 3166-1 codes, named in the reader's language."""

import re
from collections.abc import Iterator
from functools import cache

from babel import Locale
from django.utils.translation import get_language

HOME = "KG"
_CODE = re.compile(r"[A-Z]{2}\Z")
# Of the same form, and no countries: groups of them, and what is not known.
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})
# As the country's own Russian has it.
_OWN_WORDS = {"ru": {HOME: "Кыргызстан"}}


@cache
def _names(language: str) -> dict[str, str]:
    named = {str(code): str(name) for code, name in Locale.parse(language).territories.items()}
    named |= _OWN_WORDS.get(language, {})
    return {code: name for code, name in named.items() if _CODE.match(code) and code not in _NO_COUNTRIES}


def country_name(code: str) -> str:
    """In the reader's language; the code itself of what is no country, and nothing for nothing."""
    return _names((get_language() or "ky")[:2]).get(code, code)


def countries() -> Iterator[tuple[str, str]]:
    """Code and name of every country, by name."""
    yield from sorted(_names((get_language() or "ky")[:2]).items(), key=lambda pair: pair[1])
