"""Parsers: one cell's text to the form in which it is kept. Each raises Unusable with a code of WARNINGS."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings

from apps.core import clock
from apps.core.identifiers import Unusable

Parser = Callable[[str], str]

MAX_TEXT = 500
MIN_BIRTH_YEAR = 1900
CHILD_AGE = 12  # P12: no data of children under this age

_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?")
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?")
_MINUS = str.maketrans("\u2212\u2013", "--")
_DEGREES = r"[+-]?\d{1,3}(?:[.,]\d{1,12})?"
_DECIMAL_DEGREES = r"[+-]?\d{1,3}\.\d{1,12}"
# 42.87,74.56 · 42,87; 74,56 · 42.87 74.56 · (42.87, 74.56); a bare comma parts only what has points before decimals.
_PAIR = re.compile(rf"({_DEGREES})(?:\s*[;/|]\s*|,?\s+)({_DEGREES})|({_DECIMAL_DEGREES}),({_DECIMAL_DEGREES})")
_GROUPS = re.compile(r"(?<=\d)[\s\u00a0\u202f'’](?=\d{3}(?:\D|\Z))")


def text(raw: str) -> str:
    """Text in NFC, blanks and line breaks within it as single blanks. Raises Unusable `too-long`."""
    value = " ".join(unicodedata.normalize("NFC", raw).split())
    if len(value) > MAX_TEXT:
        raise Unusable("too-long")
    return value


def decimal(raw: str) -> str:
    """A number as `1250.50`, from `1 250,50`, `1,250.50`, `1250.5`. Raises Unusable."""
    value = _GROUPS.sub("", unicodedata.normalize("NFKC", raw).translate(_MINUS).strip())
    if "," in value and "." in value:
        value = value.replace("." if value.rfind(",") > value.rfind(".") else ",", "")
    try:
        number = Decimal(value.replace(",", "."))
    except InvalidOperation:
        raise Unusable("malformed") from None
    if not number.is_finite() or abs(number) >= 10**15:
        raise Unusable("malformed")
    return format(number, "f")


def _degrees(value: str, most: int) -> str:
    number = Decimal(value.replace(",", "."))
    if abs(number) > most:
        raise Unusable("malformed")
    return format(number, "f")


def _single(most: int, raw: str) -> str:
    value = unicodedata.normalize("NFKC", raw).translate(_MINUS).strip()
    if not re.fullmatch(_DEGREES, value):
        raise Unusable("malformed")
    return _degrees(value, most)


# Decimal degrees with a point or a comma; text such as 42°52′ or N 42.87 is not guessed at.
latitude: Parser = partial(_single, 90)
longitude: Parser = partial(_single, 180)


def coordinates(raw: str) -> str:
    """`latitude,longitude` in decimal degrees with points, from one cell. Raises Unusable."""
    value = unicodedata.normalize("NFKC", raw).translate(_MINUS).strip()
    match = _PAIR.fullmatch(value.removeprefix("(").removesuffix(")").strip())
    if match is None:
        raise Unusable("malformed")
    north, east = (match[1], match[2]) if match[1] else (match[3], match[4])
    return f"{_degrees(north, 90)},{_degrees(east, 180)}"


def place(raw: str) -> str:
    """Text that is no exact location, which would come in where no permission is asked for. Raises Unusable."""
    try:
        coordinates(raw)
    except Unusable:
        return text(raw)
    raise Unusable("location")


_CURRENCY_CODE = re.compile(r"[A-Za-z]{3}")


def currency(raw: str) -> str:
    """The ISO 4217 code of a currency's sign, word or code. Raises Unusable."""
    value = raw.strip().casefold().rstrip(".")
    if value not in CURRENCIES and _CURRENCY_CODE.fullmatch(value):
        return value.upper()
    return word(CURRENCIES, value)


def word(table: dict[str, str], raw: str) -> str:
    """What a word means by `table`. Raises Unusable."""
    meaning = table.get(raw.strip().casefold())
    if meaning is None:
        raise Unusable("malformed")
    return meaning


def _words(**meanings: str) -> dict[str, str]:
    return {word: meaning for meaning, words in meanings.items() for word in words.split()}


GENDERS = _words(female="ж жен женский f female w woman а аял кыз", male="м муж мужской m male man э эркек")
ANSWERS = _words(
    yes="да yes y ооба true 1 + д согласен макул макулмун on", no="нет no n жок false 0 - н off макул_эмес"
)
LANGUAGES = _words(
    ky="ky kg kir kyr кыргызча кыргыз кыргызский киргизский kyrgyz кырг",
    ru="ru rus русский орусча русс russian рус",
    en="en eng english английский англисче англ",
)
CURRENCIES = _words(
    KGS="сом сомы сомов с c som soms kgs ⃀ кгс", USD="$ usd доллар доллары долларов", EUR="€ eur евро",
    RUB="₽ rub руб рубль рубли рублей р rur", KZT="₸ kzt тенге теңге тг", UZS="uzs сум сўм", CNY="¥ cny юань юаней",
)  # fmt: skip
gender: Parser = partial(word, GENDERS)
answer: Parser = partial(word, ANSWERS)
language: Parser = partial(word, LANGUAGES)


def _date(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Unusable("malformed") from None


def parse_dates(raw: str) -> list[date]:
    """Every date that the text can mean: one, or two for `04/05/1990`. Raises Unusable when none."""
    value = unicodedata.normalize("NFKC", raw).strip()
    if match := _YEAR_FIRST.fullmatch(value):
        return [_date(*match.groups())]
    if match := _DAY_FIRST.fullmatch(value):
        return [_date(match[3], match[2], match[1])]
    if match := _SLASHED.fullmatch(value):
        return _either_way(match[1], match[2], match[3])
    raise Unusable("malformed")


def _either_way(first: str, second: str, year: str) -> list[date]:
    found = set()
    for month, day in ((second, first), (first, second)):
        if int(month) <= 12:
            found.add(_date(year, month, day))
    if not found:
        raise Unusable("malformed")
    return sorted(found)


def birth_date(raw: str) -> str:
    """ISO date of birth. Raises Unusable, `ambiguous` for `04/05/1990`, `future` for a day to come."""
    value = raw.strip()
    if len(value) > 10 and (match := _TIME.fullmatch(value[10:].lstrip(" T"))):
        value = value[: -len(match[0])].rstrip(" T")  # Excel's 14.03.1988 0:00:00
    dates = parse_dates(value)
    if min(dates) > clock.today():
        raise Unusable("future")
    if min(dates).year < MIN_BIRTH_YEAR:
        raise Unusable("malformed")
    if len(dates) > 1 and not is_child(max(dates)):
        raise Unusable("ambiguous")
    return max(dates).isoformat()  # of two readings of a child's date the younger: quarantine asks a person anyway


def is_child(born: date) -> bool:
    """Whether somebody born on that day is under 12 today (P12)."""
    today = clock.today()
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return age < CHILD_AGE


def parse_moment(raw: str, zone: tzinfo) -> datetime:
    """An aware moment from ISO 8601, `02.06.2026 10:15`, a date alone (its midnight) or seconds since 1970.

    `zone` is where a time without one was written. Raises Unusable.
    """
    value = unicodedata.normalize("NFKC", raw).strip().removesuffix("UTC").strip()
    if _EPOCH.fullmatch(value):
        return datetime.fromtimestamp(float(value), UTC)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = _local_moment(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _local_moment(value: str) -> datetime:
    day, _, clock_time = value.partition(" ")
    dates = parse_dates(day.rstrip(","))
    if len(dates) > 1:
        raise Unusable("ambiguous")
    match = _TIME.fullmatch(clock_time.strip() or "0:00")
    try:
        at = time(int(match[1]), int(match[2]), int(match[3] or 0)) if match else None
    except ValueError:
        at = None
    if at is None:
        raise Unusable("malformed")
    return datetime.combine(dates[0], at)


def moment(raw: str) -> str:
    """ISO 8601 of a moment where the operator works. Raises Unusable."""
    try:
        return parse_moment(raw, ZoneInfo(settings.TIME_ZONE)).isoformat()
    except (OverflowError, ValueError) as error:
        raise Unusable(getattr(error, "code", "malformed")) from None
