"""Data categories (P02, P13) and purposes (P09) of the policy, as code; rows follow after every migrate.

Titles are given in the three languages because they are the policy's own terms and print on registers and packages
in the reader's language whatever the interface's language is. `dpv` is the nearest term of the W3C Data Privacy
Vocabulary (https://w3id.org/dpv) or of its extension on personal data (`pd:`, https://w3id.org/dpv/pd).
"""

from dataclasses import dataclass

from django.utils.translation import get_language

from apps.policies.choices import LegalBasis


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
    """A category of data; an `anonymous` one (P13) is kept apart by others, and Amanat must never hold it."""

    code: str
    titles: Titles
    dpv: str
    anonymous: bool = False


@dataclass(frozen=True)
class PurposeDefinition:
    """A purpose; `number` never changes, links carry it. `parent` is the code of the purpose it is a topic of.

    `consent_asked` says whether people are asked for their consent to it, which the policy also does where it has
    another basis. `consent_days` is how long such a consent holds: None for the policy's "indefinite" (P08).
    """

    code: str
    number: int
    titles: Titles
    legal_basis: str
    dpv: str
    advertising: bool = False
    parent: str = ""
    consent_asked: bool = False
    consent_days: int | None = None

    @property
    def on_consent(self) -> bool:
        """Whether it rests on consent, and on nothing else."""
        return self.legal_basis == LegalBasis.CONSENT


CATEGORIES = (
    CategoryDefinition("phone", Titles("Phone number", "Номер телефона", "Телефон номери"), "pd:TelephoneNumber"),
    CategoryDefinition("identity", Titles("Name and profile", "Имя и профиль", "Аты-жөнү жана профили"), "pd:Identifying"),
    CategoryDefinition("address", Titles("Address", "Адрес", "Дареги"), "pd:PhysicalAddress"),
    CategoryDefinition("email", Titles("E-mail address", "Электронный адрес", "Электрондук дареги"), "pd:EmailAddress"),
    CategoryDefinition("geolocation", Titles("Geolocation", "Геолокация", "Геолокация маалыматтары"), "pd:Location"),
    CategoryDefinition("purchases", Titles("Purchases", "Покупки", "Сатып алуулар"), "pd:Purchase"),
    CategoryDefinition("offers", Titles("Offers", "Предложения", "Сунуштар"), "pd:Interest"),
    CategoryDefinition("points", Titles("Points at partners", "Баллы у партнёров", "Өнөктөштөрдөгү упайлар"), "pd:Transactional"),
    CategoryDefinition(
        "interactions",
        Titles("Other actions in the application", "Иные действия в приложении", "Тиркемедеги башка аракеттер"),
        "pd:ServiceConsumptionBehavior",
    ),
    CategoryDefinition(
        "support",
        Titles("Given to support", "Сообщённое службе поддержки", "Колдоо кызматына берилген маалымат"),
        "pd:Communication",
    ),
    CategoryDefinition(
        "device-id", Titles("Device identifier", "Идентификатор устройства", "Түзмөктүн идентификатору"), "pd:UID", anonymous=True
    ),
    CategoryDefinition("mac", Titles("MAC address", "MAC-адрес", "MAC-дареги"), "pd:MACAddress", anonymous=True),
    CategoryDefinition("imei", Titles("IMEI", "IMEI", "IMEI"), "pd:UID", anonymous=True),
    CategoryDefinition(
        "device-model", Titles("Device model", "Модель устройства", "Түзмөктүн үлгүсү"), "pd:DeviceBased", anonymous=True
    ),
    CategoryDefinition("ip", Titles("IP address", "IP-адрес", "IP дареги"), "pd:IPAddress", anonymous=True),
    CategoryDefinition(
        "network", Titles("Network", "Сеть связи", "Байланыш тармагы"), "pd:CommunicationsMetadata", anonymous=True
    ),
    CategoryDefinition("browser", Titles("Browser", "Браузер", "Браузер"), "pd:UserAgent", anonymous=True),
    CategoryDefinition(
        "usage",
        Titles("Usage statistics", "Статистика использования", "Колдонуу статистикасы"),
        "pd:ServiceConsumptionBehavior",
        anonymous=True,
    ),
)  # fmt: skip

PURPOSES = (
    PurposeDefinition(
        "provide-app",
        1,
        Titles("Providing the application", "Предоставление приложения", "Тиркемени колдонуу мүмкүнчүлүгүн берүү"),
        "CONTRACT",
        "dpv:ServiceProvision",
    ),
    PurposeDefinition(
        "contracts",
        2,
        Titles("Making and performing contracts", "Заключение и исполнение договоров", "Келишимдерди түзүү жана аткаруу"),
        "CONTRACT",
        "dpv:FulfilmentOfContractualObligation",
    ),
    PurposeDefinition(
        "identification",
        3,
        Titles("Identifying the user", "Идентификация пользователя", "Колдонуучуну идентификациялоо"),
        "CONTRACT",
        "dpv:IdentityVerification",
    ),
    PurposeDefinition(
        "service",
        4,
        Titles("Quality and information service", "Качество и информационное обслуживание", "Сапатты жогорулатуу жана маалыматтык тейлөө"),
        "LEGITIMATE_INTEREST",
        "dpv:CustomerCare",
    ),
    PurposeDefinition(
        "advertising",
        5,
        Titles("Advertising", "Реклама", "Жарнама"),
        "CONSENT",
        "dpv:Advertising",
        advertising=True,
        consent_asked=True,
    ),
    PurposeDefinition(
        "transfer",
        6,
        Titles("Transfer to partners and service providers", "Передача партнёрам и поставщикам услуг", "Өнөктөштөргө жана кызмат көрсөтүүчүлөргө берүү"),
        "CONTRACT",
        "dpv:TechnicalServiceProvision",
        consent_asked=True,
    ),
    PurposeDefinition(
        "advertising-news",
        7,
        Titles("News of the application", "Новости приложения", "Тиркеменин жаңылыктары"),
        "CONSENT",
        "dpv:DirectMarketing",
        advertising=True,
        parent="advertising",
        consent_asked=True,
    ),
    PurposeDefinition(
        "advertising-offers",
        8,
        Titles("Partners' offers", "Предложения партнёров", "Өнөктөштөрдүн сунуштары"),
        "CONSENT",
        "dpv:TargetedAdvertising",
        advertising=True,
        parent="advertising",
        consent_asked=True,
    ),
    PurposeDefinition(
        "geolocation",
        9,
        Titles("Using the exact geolocation", "Использование точной геолокации", "Так геолокацияны колдонуу"),
        "CONSENT",
        "dpv:ServicePersonalisation",
        consent_asked=True,
    ),
)  # fmt: skip

ADVERTISING = "advertising"
# The permission without which no exact location is kept (P07), and the category of what is kept by it.
GEOLOCATION = "geolocation"
# What records of people may belong to, and what they must not: anonymous data is never combined with them (P13).
CATEGORY_CODES = frozenset(category.code for category in CATEGORIES if not category.anonymous)
ANONYMOUS_CODES = frozenset(category.code for category in CATEGORIES if category.anonymous)
PURPOSE_BY_CODE = {purpose.code: purpose for purpose in PURPOSES}
# What people are asked for their consent to: an edition that widens one of them makes it worth asking again.
ASKED = tuple(purpose for purpose in PURPOSES if purpose.consent_asked)
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
