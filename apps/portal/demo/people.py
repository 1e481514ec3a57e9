"""Made-up people, the same ones every time. Their numbers have a prefix that no operator in Kyrgyzstan uses."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

SEED = 20260801
PREFIXES = ("600", "610", "640", "690")
MAIL_DOMAINS = ("pochta.example", "kat.example", "mail.example")
TOWNS = ("Бишкек", "Ош", "Каракол", "Талас", "Нарын", "Токмок", "Жалал-Абад", "Баткен", "Балыкчы", "Кара-Балта")
STREETS = ("Токтогул", "Чүй", "Манас", "Жибек Жолу", "Ахунбаев", "Ибраимов", "Лермонтов", "Панфилов", "Киев")

_KYRGYZ = {
    "м": "Айбек Азамат Бакыт Данияр Жаныбек Кубатбек Максат Нурлан Санжар Таалай Улан Чыңгыз Эрмек Төлөгөн Үсөн",
    "ж": "Айгүл Айсулуу Бермет Гүлзат Жылдыз Канышай Мээрим Нуржан Салтанат Чолпон Элнура Жибек Бегимай Асель Өмүрбүбү",
}
_KYRGYZ_FAMILIES = (
    "Абдыкалыков Асанбеков Бообеков Дүйшөналиев Жумагулов Исаков Кадыралиев Кожомбердиев Мамбеталиев Мырзабеков "
    "Осмоналиев Сарыгулов Сыдыкбеков Токтомушев Турдубаев Шаршеналиев Эсенаманов Бөрүбаев"
)
_RUSSIAN = {
    "м": "Алексей Андрей Виктор Дмитрий Евгений Игорь Максим Павел Сергей Юрий",
    "ж": "Анастасия Вера Галина Екатерина Ирина Людмила Наталья Ольга Светлана Татьяна",
}
_RUSSIAN_FAMILIES = "Белозёров Воронцов Гордеев Ефремов Климов Кондратьев Лагутин Мельников Соколов Тарасов Черкасов"
_CYRILLIC = "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"
_LATIN = "a b v g d e e j z i i k l m n n o o p r s t u u f kh ts ch sh sch - y - e iu ia"
_TRANSLITERATION = dict(zip(_CYRILLIC, _LATIN.split(), strict=True))


@dataclass(frozen=True)
class Person:
    """A person as partners know them. `phone` is the subscriber's nine digits, `email` may be empty."""

    number: int
    first_name: str
    last_name: str
    gender: str
    born: date
    phone: str
    email: str
    town: str
    street: str
    language: str
    token: str

    @property
    def full_name(self) -> str:
        """Family name first, as forms have it."""
        return f"{self.last_name} {self.first_name}"

    @property
    def e164(self) -> str:
        """The number as it is stored."""
        return f"+996{self.phone}"


def people(count: int) -> list[Person]:
    """The first `count` people."""
    dice = random.Random(SEED)  # noqa: S311  nothing secret: the same people every time
    return [_person(dice, number) for number in range(1, count + 1)]


def _person(dice: random.Random, number: int) -> Person:
    russian = dice.random() < 0.25
    gender = dice.choice("мж")
    first = dice.choice((_RUSSIAN if russian else _KYRGYZ)[gender].split())
    last = dice.choice((_RUSSIAN_FAMILIES if russian else _KYRGYZ_FAMILIES).split()) + ("а" if gender == "ж" else "")
    phone = f"{dice.choice(PREFIXES)}{dice.randrange(10**6):06d}"
    return Person(
        number=number,
        first_name=first,
        last_name=last,
        gender=gender,
        born=date(1955, 1, 1) + timedelta(days=dice.randrange(18_500)),
        phone=phone,
        email=f"{_latin(first)}.{_latin(last)}{number}@{dice.choice(MAIL_DOMAINS)}" if dice.random() < 0.65 else "",
        town=dice.choice(TOWNS),
        street=f"{dice.choice(STREETS)} {dice.randrange(1, 240)}",
        language="ru" if russian else "ky",
        token=f"{dice.getrandbits(128):032x}",
    )


def _latin(word: str) -> str:
    return "".join(_TRANSLITERATION.get(letter, "") for letter in word.lower()).replace("-", "")
