"""Files as the demo's partners send them: in their dialects, with the mess that real ones have."""

import csv
import io
import random
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from apps.portal.demo.partners import Habit
from apps.portal.demo.people import Person

HEADERS = {
    "ru": ["Номер карты", "Телефон", "ФИО", "E-mail", "Дата рождения", "Пол", "Город", "Адрес", "Баллы",
           "Согласие на рассылку", "Дата согласия"],
    "ky": ["Карта номери", "Телефон номери", "Аты-жөнү", "Электрондук почта", "Туулган күнү", "Жынысы", "Шаары",
           "Дареги", "Упайлар", "Жөнөтмөгө макулдук", "Макулдук берилген күнү"],
    "en": ["token", "phone", "full_name", "email", "birth_date", "gender", "city", "address", "points",
           "marketing_consent", "consent_at"],
}  # fmt: skip
# Letters that Russian Excel has no room for.
_LOST = str.maketrans("үөңҮӨҢ", "уонУОН")
_YES = {"ru": "да", "ky": "ооба", "en": "yes"}
_NO = {"ru": "нет", "ky": "жок", "en": "no"}


def members(habit: Habit, people: Iterable[Person], today: date, *, mess: float) -> bytes:
    """A members file. Of its rows the share `mess` is damaged the way partners' rows are."""
    dice = random.Random(f"{habit.code}{mess}")  # noqa: S311
    rows: list[list[str]] = []
    for person in people:
        rows.append([*_row(habit, person, dice), _written(habit, _answered(person, today))])
        if dice.random() < mess:
            dice.choice(_MESS)(rows, today, dice)
    return _file(habit, HEADERS[habit.language], rows)


def contradicting(habit: Habit, people: list[Person], other: list[Person], today: date) -> bytes:
    """A file of a partner that writes tokens, whose rows contradict what is known: a token that was replaced, a number
    that belongs to another, and an address that a family shares. `people` are known, `other` are not.
    """
    one, two, three = people[:3]
    new, kin, late = other[:3]
    return members(
        habit,
        [
            replace(one, token=new.token),
            replace(two, phone=three.phone),
            replace(kin, token="", email=next(person.email for person in people[3:] if person.email)),
            late,
        ],
        today,
        mess=0,
    )


def optouts(habit: Habit, people: Iterable[Person], since: datetime) -> bytes:
    """Opt-outs that a partner's own staff took, in Kyrgyz columns; one of them on every channel."""
    channels = ("SMS", "email", "SMS", "push", "бардыгы")
    rows = [
        [f"0{person.phone}", channels[i % len(channels)], f"{since + timedelta(hours=7 * i):%Y-%m-%d}", "Дүкөндө айтты"]
        for i, person in enumerate(people)
    ]
    return _file(
        habit, ["Телефон номери", "Канал", "Баш тартуу күнү", "Себеби"], [*rows, ["эсимде жок", "SMS", "", ""]]
    )


ACTIVITY_HEADERS = {
    "ru": [
        "Номер карты",
        "Телефон",
        "Вид операции",
        "Дата и время",
        "№ чека",
        "Сумма",
        "Баллы",
        "Магазин",
        "Координаты",
    ],
    "en": ["token", "phone", "type", "date and time", "receipt no", "amount", "points", "shop", "coordinates"],
}
_ACTIVITY_WORDS = {"ru": ("покупка", "списание баллов", "геолокация"), "en": ("purchase", "redemption", "location")}
_SHOPS = {"ru": ("Дордой", "Ош базары", "Жал", "Асанбай"), "en": ("Erkindik", "Moskovskaya", "Airport")}


def activity(habit: Habit, people: Iterable[Person], until: datetime, *, located: Collection[Person] = ()) -> bytes:
    """What people bought within three weeks, the points that it brought and those that they spent; where some were.

    A few rows are of nobody known, a receipt comes twice, and a date lies in the future.
    """
    dice = random.Random(f"{habit.code}-activity")  # noqa: S311
    rows: list[list[str]] = []
    for person in people:
        for _visit in range(dice.randrange(1, 6)):
            rows.append(_purchase(habit, person, until - timedelta(minutes=dice.randrange(60 * 24 * 21)), dice))
        if dice.random() < 0.3:
            rows.append(_spent(habit, person, until - timedelta(minutes=dice.randrange(60 * 24 * 14)), dice))
        if person in located:
            rows.append(_located(habit, person, until - timedelta(minutes=dice.randrange(60 * 24 * 3)), dice))
    stranger = [*rows[0]]
    stranger[:2] = ["", "0600000001"]
    future = [*rows[1]]
    future[3] = f"{until + timedelta(days=400):%d.%m.%Y %H:%M}"
    return _file(habit, ACTIVITY_HEADERS[habit.language], [*rows, rows[2], stranger, future])


def _who(habit: Habit, person: Person, dice: random.Random) -> list[str]:
    if habit.language == "en":
        return [person.token, ""]
    return [
        f"{habit.code[:3].upper()}-{person.number:06d}",
        _dialled(person.phone, dice) if dice.random() < 0.4 else "",
    ]


def _purchase(habit: Habit, person: Person, at: datetime, dice: random.Random) -> list[str]:
    amount, receipt = dice.randrange(4_000, 600_000) / 100, f"{habit.code[0].upper()}-{dice.randrange(10**6):06d}"
    written = f"{amount:.2f}" if habit.language == "en" else f"{amount:.2f}".replace(".", ",")
    word, shop = _ACTIVITY_WORDS[habit.language][0], dice.choice(_SHOPS[habit.language])
    return [
        *_who(habit, person, dice),
        word,
        f"{at:%d.%m.%Y %H:%M}",
        receipt,
        written,
        str(int(amount) // 50),
        shop,
        "",
    ]


def _spent(habit: Habit, person: Person, at: datetime, dice: random.Random) -> list[str]:
    word, shop = _ACTIVITY_WORDS[habit.language][1], dice.choice(_SHOPS[habit.language])
    points = f"-{dice.randrange(10, 400)}"
    return [*_who(habit, person, dice), word, f"{at:%d.%m.%Y %H:%M}", "", "", points, shop, ""]


def _located(habit: Habit, person: Person, at: datetime, dice: random.Random) -> list[str]:
    north, east = 42.83 + dice.random() / 12, 74.53 + dice.random() / 8
    word = _ACTIVITY_WORDS[habit.language][2]
    return [*_who(habit, person, dice), word, f"{at:%d.%m.%Y %H:%M}", "", "", "", "", f"{north:.5f}, {east:.5f}"]


def with_device_ids(habit: Habit, people: Iterable[Person]) -> bytes:
    """A file that may not come in: device identifiers beside people."""
    rows = [[person.e164, person.full_name, f"35{person.number:012d}0"] for person in people]
    return _file(habit, ["phone", "full_name", "imei"], rows)


def _row(habit: Habit, person: Person, dice: random.Random) -> list[str]:
    english = habit.language == "en"
    return [
        person.token if english else f"{habit.code[:3].upper()}-{person.number:06d}",
        person.e164 if english else _dialled(person.phone, dice),
        person.full_name,
        person.email,
        person.born.isoformat() if english else f"{person.born:%d.%m.%Y}",
        {"м": "m", "ж": "f"}[person.gender] if english else person.gender,
        person.town,
        person.street,
        str(dice.randrange(0, 4000)),
        (_YES if dice.random() < 0.7 else _NO)[habit.language],
    ]


def _answered(person: Person, today: date) -> date:
    """When they were asked whether they agree."""
    return today - timedelta(days=7 + person.number * 37 % 300)


def _written(habit: Habit, day: date) -> str:
    return day.isoformat() if habit.language == "en" else f"{day:%d.%m.%Y}"


CONSENT_HEADERS = [
    "Карта номери", "Телефон номери", "Максаты", "Канал", "Абалы", "Айтылган убактысы", "Колдонулуу мөөнөтү",
    "Редакциясы", "Тили", "Макулдуктун тексти",
]  # fmt: skip
_AGREED_TO = "Дарыканадан жарнамалык билдирүүлөрдү алууга макулмун. Макулдукту каалаган убакта кайтарып ала алам."
_CONSENTS = (
    ("Жарнама", "SMS", "берилди"), ("Жарнама", "email", "берилди"), ("Өнөктөштөрдүн сунуштары", "бардыгы", "ооба"),
    ("Жарнама", "SMS", "баш тартты"), ("Тиркеменин жаңылыктары", "push", "берилди"),
    ("Өнөктөштөргө жана кызмат көрсөтүүчүлөргө берүү", "", "кайтарып алды"),
)  # fmt: skip


def consents(habit: Habit, people: Iterable[Person], until: datetime) -> bytes:
    """What people permitted, refused or took back at a counter, in Kyrgyz columns; some for a year, some in a word that
    nobody knows, and one of a stranger.
    """
    dice = random.Random(f"{habit.code}-consents")  # noqa: S311
    rows = [_consent(habit, person, until - timedelta(minutes=dice.randrange(60 * 24 * 90)), dice) for person in people]
    rows[3][4], rows[7][2], rows[11][0:2] = "балким", "Лотерея", ["", "0600000002"]
    return _file(habit, CONSENT_HEADERS, [*rows, rows[5]])


def _consent(habit: Habit, person: Person, at: datetime, dice: random.Random) -> list[str]:
    purpose, channel, state = dice.choice(_CONSENTS)
    until = f"{at + timedelta(days=365):%d.%m.%Y}" if dice.random() < 0.3 else ""
    card, phone = f"{habit.code[:3].upper()}-{person.number:06d}", _dialled(person.phone, dice)
    return [card, phone, purpose, channel, state, f"{at:%d.%m.%Y %H:%M}", until, "1", "ky", _AGREED_TO]


def _dialled(phone: str, dice: random.Random) -> str:
    code, one, two = phone[:3], phone[3:6], phone[6:]
    return dice.choice([f"0{code} {one} {two}", f"+996 ({code}) {one[:2]}-{one[2]}{two[0]}-{two[1:]}", f"996{phone}"])


def _bad_phone(rows: list[list[str]], today: date, dice: random.Random) -> None:
    rows[-1][1] = dice.choice(["9,9664E+11", "12345", "жок"])
    rows[-1][0] = ""
    rows[-1][3] = ""


def _bad_date(rows: list[list[str]], today: date, dice: random.Random) -> None:
    rows[-1][4] = dice.choice(["30.02.1991", "00.00.0000"])


def _bad_email(rows: list[list[str]], today: date, dice: random.Random) -> None:
    rows[-1][3] = "почта жок@"


def _again(rows: list[list[str]], today: date, dice: random.Random) -> None:
    rows.append(list(rows[-1]))


def _child(rows: list[list[str]], today: date, dice: random.Random) -> None:
    rows[-1][4] = f"14.03.{today.year - dice.randrange(5, 11)}"


_MESS: tuple[Callable[[list[list[str]], date, random.Random], None], ...] = (
    _bad_phone, _bad_date, _bad_email, _again, _again, _child,
)  # fmt: skip


def _file(habit: Habit, header: list[str], rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=habit.delimiter, lineterminator="\r\n")
    writer.writerows([header, *rows])
    plain = text.getvalue()
    return (plain.translate(_LOST) if habit.encoding == "cp1251" else plain).encode(habit.encoding, errors="replace")
