"""From a row of activity to a staged record: which kind of activity, when, what was said of it, sealed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from json import JSONEncoder
from zoneinfo import ZoneInfo

from django.conf import settings

from apps.core import clock
from apps.core.identifiers import Unusable
from apps.core.keyring import keyring
from apps.imports.choices import Kind
from apps.imports.engine import values
from apps.imports.engine.columns import header_key
from apps.imports.engine.layout import Layout
from apps.imports.engine.refusals import RowRefused
from apps.imports.engine.rows import RowReader, sealer_of
from apps.imports.engine.staged import Staged
from apps.policies.registry import GEOLOCATION
from apps.subjects.models import PersonalRecord
from apps.subjects.services.bulk import payload_digester

FIRST_YEAR = 1990  # what lies before is a date that a program made of nothing
_COORDINATES = ("latitude", "longitude", "coordinates")
# Go with any kind of activity.
_COMMON = ("reference", "place", "description")
_to_json = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Category:
    """A data category of activity. A row without a word for it is of this one when one of `by` is filled and nothing
    beside `by` and `own`; a row that names it may fill `also` too.
    """

    words: str
    by: frozenset[str]
    own: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()

    @property
    def kept(self) -> frozenset[str]:
        """The columns that are kept with it."""
        return self.by | self.own | self.also | set(_COMMON)


def _columns(names: str) -> frozenset[str]:
    return frozenset(names.split())


CATEGORIES: dict[str, Category] = {
    "purchases": Category(
        "purchase|purchases|sale|sales|order|receipt|payment|buy|return|refund|покупка|покупки|продажа|заказ|чек|оплата"
        "|возврат|расход|сатып алуу|сатып алуулар|сатуу|буйрутма|төлөм|кайтаруу",
        _columns("amount item"), _columns("currency quantity points"), _columns("offer"),
    ),
    "points": Category(
        "points|point|bonus|bonuses|accrual|earn|earned|redeem|redemption|burn|spent|expiry|adjustment|балл|баллы|бонус"
        "|бонусы|начисление|начисление баллов|начисление бонусов|списание|списание баллов|списание бонусов|начислено"
        "|списано|сгорание баллов|корректировка|упай|упайлар|балл кошуу|баллдар|бонустар|упай кошуу|упай чегерүү"
        "|упайлар кошулду|упайлар чегерилди|кошулду|чегерилди",
        _columns("points"), frozenset(), _columns("amount currency item offer"),
    ),
    "offers": Category(
        "offer|offers|coupon|coupons|promo|promotion|promotions|promo code|предложение|предложения|купон|купоны|акция"
        "|акции|промокод|сунуш|сунуштар|купондор|акциялар",
        _columns("offer"), _columns("action item"), _columns("amount currency quantity points"),
    ),
    "interactions": Category(
        "interaction|interactions|action|actions|event|events|visit|activity|взаимодействие|взаимодействия|действие"
        "|действия|событие|события|посещение|визит|активность|аракет|аракеттер|окуя|окуялар|өз ара аракет|баруу",
        _columns("action"), _columns("item"), _columns("offer"),
    ),
    GEOLOCATION: Category(
        "geolocation|location|geo|gps|coordinates|position|геолокация|местоположение|координаты|геопозиция|гео"
        "|геолокация маалыматы|геолокациясы|жайгашкан жери|турган жери|координаттар|координаттары",
        frozenset(_COORDINATES),
    ),
}  # fmt: skip
WORDS = {header_key(word): code for code, category in CATEGORIES.items() for word in category.words.split("|")}


def category_of(word: str, filled: Collection[str]) -> str:
    """The data category of a row, by the word in its column for the kind, else by what is filled beside what goes
    with any kind. Raises RowRefused `kind-unknown`, `no-kind`, `two-kinds`.
    """
    if word:
        named = WORDS.get(header_key(word))
        if named is None:
            raise RowRefused("kind-unknown")
        return named
    said = set(filled) - set(_COMMON)
    spoken_of = [code for code, category in CATEGORIES.items() if category.by & said]
    fitting = [code for code in spoken_of if said <= CATEGORIES[code].by | CATEGORIES[code].own]
    if len(fitting) != 1:
        raise RowRefused("two-kinds" if spoken_of else "no-kind")
    return fitting[0]


class ActivityReader(RowReader):
    """Activity: one event a row, of somebody known."""

    filled = ("occurred_at", "category", "record_key", "payload", "payload_digest")

    def __init__(self, layout: Layout, *, batch_id: int, partner_code: str) -> None:
        super().__init__(layout, batch_id=batch_id, partner_code=partner_code, kind=Kind.ACTIVITY)
        self._at = {name: position for name, _column, position in self._columns}
        said = {name for category in CATEGORIES.values() for name in category.kept}
        self._said = [(name, column.parse, position) for name, column, position in self._columns if name in said]
        self._located = [self._at[name] for name in _COORDINATES if name in self._at]
        self._zone = ZoneInfo(settings.TIME_ZONE)
        self._seal_payload, self._digest_payload = sealer_of(PersonalRecord, "payload"), payload_digester()
        self._digest_key = keyring().digester("activity")

    def seal_raw(self, cells: Sequence[str]) -> bytes:
        """As for every row, without locations: a row that is refused one keeps none (P07)."""
        kept = ["" if index in self._located else cell for index, cell in enumerate(cells)]
        return super().seal_raw(kept)

    def _fill(self, staged: Staged, cells: list[str]) -> None:
        self._identify(staged, cells)
        # Nobody is made of activity: digests find who is meant, and values have nowhere to go.
        staged.token_value = staged.card_value = staged.phone_value = staged.email_value = None
        staged.occurred_at = self._moment(cells)
        filled = [(name, parse, cells[p]) for name, parse, p in self._said if cells[p] and not cells[p].isspace()]
        staged.category = category_of(self._cell(cells, "activity"), [name for name, _parse, _cell in filled])
        payload = self._payload(staged, filled)
        self._seal(staged, payload)

    def _cell(self, cells: list[str], name: str) -> str:
        position = self._at.get(name)
        return "" if position is None else cells[position].strip()

    def _moment(self, cells: list[str]) -> datetime:
        """When it happened, where the operator works; a time of day may stand in a column of its own."""
        day, time_of_day = self._cell(cells, "occurred_at"), self._cell(cells, "occurred_time")
        if day and time_of_day:
            day = f"{day.replace('T', ' ').split()[0]} {time_of_day}"  # Excel writes 02.06.2026 0:00:00 beside 10:15
        try:
            moment = values.parse_moment(day, self._zone)
            if moment.year < FIRST_YEAR:
                raise RowRefused("no-moment")
            moment = moment.astimezone(self._zone)
        except (ValueError, OverflowError):
            raise RowRefused("no-moment") from None
        if moment > clock.now():
            raise RowRefused("future-moment")
        return moment

    def _payload(self, staged: Staged, filled: Sequence[tuple[str, values.Parser, str]]) -> dict[str, str]:
        """{field: value} of what is kept with the row's category; the others, and what can't be read, are warnings."""
        kept = CATEGORIES[staged.category].kept
        payload: dict[str, str] = {}
        for name, parse, cell in filled:
            try:
                if name in kept:
                    payload[name] = parse(cell)
                else:
                    staged.warnings.append([name, "other-kind"])
            except Unusable as problem:
                staged.warnings.append([name, problem.code])
        if staged.category == GEOLOCATION:
            _place_on_map(payload)
        if not payload:
            raise RowRefused("no-activity")
        return payload

    def _seal(self, staged: Staged, payload: Mapping[str, str]) -> None:
        assert staged.occurred_at is not None
        plain = _to_json({"occurred_at": staged.occurred_at.isoformat(), **payload}).encode()
        staged.record_key = self._digest_key(_key(staged.occurred_at, payload).encode())
        staged.payload, staged.payload_digest = self._seal_payload(plain), self._digest_payload(plain)


def _place_on_map(payload: dict[str, str]) -> None:
    """Latitude and longitude, also where they came in one cell. Raises RowRefused without both of them."""
    pair = payload.pop("coordinates", "").split(",")
    if "latitude" not in payload and "longitude" not in payload and len(pair) == 2:
        payload["latitude"], payload["longitude"] = pair
    if "latitude" not in payload or "longitude" not in payload:
        raise RowRefused("no-coordinates")
    if not float(payload["latitude"]) and not float(payload["longitude"]):
        raise RowRefused("no-coordinates")  # what a device says that does not know where it is


def _key(moment: datetime, payload: Mapping[str, str]) -> str:
    """What makes a row one event of its category: its receipt and, where a receipt has several, the item on it; else
    its moment and all that is said of it but the description.
    """
    if "reference" in payload:
        return _to_json(["reference", payload["reference"], payload.get("item", "")])
    said = {name: value for name, value in payload.items() if name != "description"}
    return _to_json(["moment", int(moment.timestamp()), *sorted(said.items())])
