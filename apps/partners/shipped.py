"""What the policy says of recipients and uses, as a first record of processing; staff goes on from there.

All of it is assumed until a lead officer says on what it stands. Countries and what each recipient is given are what
the policy names or is generally known, no route of an erasure is: none is claimed before staff has one.
"""

from dataclasses import dataclass, field

from apps.partners.choices import CountedFrom, RecipientKind, TransferGround, Unit
from apps.policies.choices import LawStatus
from apps.policies.registry import ADVERTISING, GEOLOCATION, Titles


@dataclass(frozen=True)
class ShippedRecipient:
    """A third party that the policy names; `country` is empty where there are several."""

    code: str
    titles: Titles
    kind: RecipientKind
    ground: TransferGround
    categories: tuple[str, ...] = ()
    country: str = ""
    cross_border: bool = True


@dataclass(frozen=True)
class ShippedPeriod:
    """A retention period that the policy itself gives: so long from an event, or without an end."""

    reference: str
    terms: dict[str, object] = field(default_factory=lambda: {"endless": True})
    status: LawStatus = LawStatus.POLICY


@dataclass(frozen=True)
class ShippedUse:
    """Categories used for a purpose by a recipient (none: the operator); `mandatory` are some of them (P04)."""

    purpose: str
    categories: tuple[str, ...]
    reference: str
    recipient: str = ""
    mandatory: tuple[str, ...] = ()
    period: ShippedPeriod | None = None


DEVICE = ("device-id", "mac", "imei", "ip")
NAMED_TITLES = {
    "google-analytics": "Google Analytics", "tapjoy": "Tapjoy", "appsflyer": "AppsFlyer", "adriver": "AdRiver",
}  # fmt: skip


def _named(code: str, *rest: object, **more: object) -> ShippedRecipient:
    name = NAMED_TITLES[code]
    return ShippedRecipient(code, Titles(name, name, name), *rest, **more)  # type: ignore[arg-type]


RECIPIENTS = (
    _named("google-analytics", RecipientKind.ANALYTICS, TransferGround.SERVICE, (*DEVICE, "usage"), country="US"),
    _named("tapjoy", RecipientKind.ANALYTICS, TransferGround.SERVICE, DEVICE, country="US"),
    _named("appsflyer", RecipientKind.ANALYTICS, TransferGround.SERVICE, DEVICE, country="IL"),
    ShippedRecipient(
        "facebook-plugins", Titles("Facebook plug-ins", "Плагины Facebook", "Facebook плагиндери"),
        RecipientKind.PLUGIN, TransferGround.FUNCTION, ("ip", "usage"), "US",
    ),
    _named("adriver", RecipientKind.BANNER, TransferGround.SERVICE, (*DEVICE, "browser", "usage"), country="RU"),
    ShippedRecipient(
        "social-networks", Titles("Social networks", "Социальные сети", "Социалдык тармактар"),
        RecipientKind.SOCIAL, TransferGround.FUNCTION, ("ip", "usage"),
    ),
    ShippedRecipient(
        "advertisers", Titles("Advertisers", "Рекламодатели", "Жарнама берүүчүлөр"),
        RecipientKind.ADVERTISER, TransferGround.SERVICE, (*DEVICE, "usage"),
    ),
    ShippedRecipient(
        "partners", Titles("Partners", "Партнёры", "Өнөктөштөр"),
        RecipientKind.PARTNER, TransferGround.SERVICE, ("phone", "points", "purchases", "offers"), "KG",
        cross_border=False,
    ),
    ShippedRecipient(
        "sms-gateway", Titles("SMS gateway", "SMS-шлюз", "SMS-шлюз"),
        RecipientKind.PROVIDER, TransferGround.SERVICE, ("phone",), "KG", cross_border=False,
    ),
    ShippedRecipient(
        "linked-sites", Titles("Linked sites", "Сайты по ссылкам", "Шилтеме аркылуу ачылган сайттар"),
        RecipientKind.PUBLIC, TransferGround.SETTINGS,
    ),
    ShippedRecipient(
        "public-areas",
        Titles("Readers of public areas", "Читатели общедоступных разделов", "Жалпыга ачык бөлүмдөрдүн окурмандары"),
        RecipientKind.PUBLIC, TransferGround.SETTINGS, ("interactions",),
    ),
)  # fmt: skip

# The policy's consent is "indefinite" (P08); a withdrawn permission ends what rests on it at once (P07).
ENDLESS = ShippedPeriod("P08")
# No law says how long a request is kept once it is answered: as long as a consent's record after the contract.
ANSWERED = ShippedPeriod(
    "P02, P09", {"amount": 3, "unit": Unit.YEAR, "counted_from": CountedFrom.REQUEST_CLOSED}, LawStatus.ASSUMED
)
AT_ONCE = ShippedPeriod("P07", {"amount": 0, "unit": Unit.DAY, "counted_from": CountedFrom.CONSENT_END})

USES = (
    ShippedUse(
        "provide-app", ("phone", "identity", "email", "purchases", "offers", "points", "interactions"), "P09, P02",
        mandatory=("phone",),
    ),
    ShippedUse("contracts", ("phone", "identity", "address", "purchases", "points"), "P09", mandatory=("phone",)),
    ShippedUse("identification", ("phone", "identity"), "P09, P05", mandatory=("phone",)),
    ShippedUse("service", ("phone", "identity", "email", "interactions"), "P09, P16"),
    ShippedUse("service", ("support",), "P02, P09", period=ANSWERED),
    ShippedUse("service", (*DEVICE, "device-model", "network", "browser", "usage"), "P13"),
    ShippedUse(ADVERTISING, ("phone", "email", "purchases", "offers", "interactions"), "P09, P15", period=ENDLESS),
    ShippedUse(GEOLOCATION, ("geolocation",), "P07", period=AT_ONCE),
    ShippedUse("service", (*DEVICE, "usage"), "P14, P19", "google-analytics"),
    ShippedUse("service", DEVICE, "P14, P19", "tapjoy"),
    ShippedUse("service", DEVICE, "P14, P19", "appsflyer"),
    ShippedUse("service", ("ip", "usage"), "P14", "facebook-plugins"),
    ShippedUse("service", ("ip", "usage"), "P19", "social-networks"),
    ShippedUse("service", ("phone",), "P09", "sms-gateway"),
    ShippedUse("service", ("interactions",), "P19", "public-areas"),
    ShippedUse(ADVERTISING, (*DEVICE, "browser", "usage"), "P14, P19", "adriver"),
    ShippedUse(ADVERTISING, (*DEVICE, "usage"), "P19", "advertisers"),
    ShippedUse(ADVERTISING, ("phone",), "P15", "sms-gateway", period=ENDLESS),
    ShippedUse("transfer", ("phone", "purchases", "offers", "points"), "P09, P06", "partners"),
)  # fmt: skip
