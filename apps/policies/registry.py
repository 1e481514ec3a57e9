"""Data categories (P02) and purposes (P09) of the policy, as code; rows follow after every migrate.

Titles are given in the three languages because they are the policy's own terms and print on registers and packages
in the reader's language whatever the interface's language is.
"""

from dataclasses import dataclass

from django.utils.translation import get_language


@dataclass(frozen=True)
class Titles:
    """One term in English, Russian and Kyrgyz."""

    en: str
    ru: str
    ky: str

    @property
    def shown(self) -> str:
        """In the reader's language, in Kyrgyz when there is none in it."""
        return str(getattr(self, (get_language() or "ky")[:2], self.ky))


@dataclass(frozen=True)
class CategoryDefinition:
    """A category of personal data; `mandatory` says whether the operator marks it so for the service (P04)."""

    code: str
    titles: Titles
    mandatory: bool = False


@dataclass(frozen=True)
class PurposeDefinition:
    """A purpose; `number` never changes, links carry it. `parent` is the code of the purpose it is a topic of."""

    code: str
    number: int
    titles: Titles
    legal_basis: str
    advertising: bool = False
    parent: str = ""


CATEGORIES = (
    CategoryDefinition("phone", Titles("Phone number", "Номер телефона", "Телефон номери"), mandatory=True),
    CategoryDefinition("identity", Titles("Name and profile", "Имя и профиль", "Аты-жөнү жана профили")),
    CategoryDefinition("address", Titles("Address", "Адрес", "Дареги")),
    CategoryDefinition("email", Titles("E-mail address", "Электронный адрес", "Электрондук дареги")),
    CategoryDefinition("geolocation", Titles("Geolocation", "Геолокация", "Геолокация маалыматтары")),
    CategoryDefinition("purchases", Titles("Purchases", "Покупки", "Сатып алуулар")),
    CategoryDefinition("offers", Titles("Offers", "Предложения", "Сунуштар")),
    CategoryDefinition("points", Titles("Points at partners", "Баллы у партнёров", "Өнөктөштөрдөгү упайлар")),
    CategoryDefinition(
        "interactions",
        Titles("Other actions in the application", "Иные действия в приложении", "Тиркемедеги башка аракеттер"),
    ),
    CategoryDefinition(
        "support", Titles("Given to support", "Сообщённое службе поддержки", "Колдоо кызматына берилген маалымат")
    ),
)

PURPOSES = (
    PurposeDefinition(
        "provide-app",
        1,
        Titles("Providing the application", "Предоставление приложения", "Тиркемени колдонуу мүмкүнчүлүгүн берүү"),
        "CONTRACT",
    ),
    PurposeDefinition(
        "contracts",
        2,
        Titles("Making and performing contracts", "Заключение и исполнение договоров", "Келишимдерди түзүү жана аткаруу"),
        "CONTRACT",
    ),
    PurposeDefinition(
        "identification",
        3,
        Titles("Identifying the user", "Идентификация пользователя", "Колдонуучуну идентификациялоо"),
        "CONTRACT",
    ),
    PurposeDefinition(
        "service",
        4,
        Titles("Quality and information service", "Качество и информационное обслуживание", "Сапатты жогорулатуу жана маалыматтык тейлөө"),
        "LEGITIMATE_INTEREST",
    ),
    PurposeDefinition(
        "advertising",
        5,
        Titles("Advertising", "Реклама", "Жарнама"),
        "CONSENT",
        advertising=True,
    ),
    PurposeDefinition(
        "transfer",
        6,
        Titles("Transfer to partners and service providers", "Передача партнёрам и поставщикам услуг", "Өнөктөштөргө жана кызмат көрсөтүүчүлөргө берүү"),
        "CONTRACT",
    ),
    PurposeDefinition(
        "advertising-news",
        7,
        Titles("News of the application", "Новости приложения", "Тиркеменин жаңылыктары"),
        "CONSENT",
        advertising=True,
        parent="advertising",
    ),
    PurposeDefinition(
        "advertising-offers",
        8,
        Titles("Partners' offers", "Предложения партнёров", "Өнөктөштөрдүн сунуштары"),
        "CONSENT",
        advertising=True,
        parent="advertising",
    ),
    PurposeDefinition(
        "geolocation",
        9,
        Titles("Using the exact geolocation", "Использование точной геолокации", "Так геолокацияны колдонуу"),
        "CONSENT",
    ),
)  # fmt: skip

ADVERTISING = "advertising"
# The permission without which no exact location is kept (P07), and the category of what is kept by it.
GEOLOCATION = "geolocation"
CATEGORY_CODES = frozenset(category.code for category in CATEGORIES)
PURPOSE_BY_CODE = {purpose.code: purpose for purpose in PURPOSES}
PURPOSE_BY_NUMBER = {purpose.number: purpose for purpose in PURPOSES}
_CATEGORY_BY_CODE = {category.code: category for category in CATEGORIES}


def purpose_title(code: str) -> str:
    """The title of a purpose in the reader's language; the code of one that the registry doesn't know."""
    purpose = PURPOSE_BY_CODE.get(code)
    return purpose.titles.shown if purpose else code


def category_title(code: str) -> str:
    """The title of a data category in the reader's language; the code of one that the registry doesn't know."""
    category = _CATEGORY_BY_CODE.get(code)
    return category.titles.shown if category else code
