"""The columns of each kind of file, in English, Russian and Kyrgyz."""

from collections.abc import Mapping

from apps.core.choices import IdentifierKind
from apps.core.identifiers import normalise_phone
from apps.imports.choices import Kind
from apps.imports.engine import values
from apps.imports.engine.columns import Column
from apps.imports.engine.consent_columns import AnswersResource, ConsentsResource
from apps.imports.engine.person_columns import PersonResource


class MembersResource(AnswersResource):
    """Members of a loyalty programme."""

    full_name = Column(
        "full name", "ФИО", "Аты-жөнү", record="identity",
        synonyms="name|fullname|имя|ф и о|фамилия имя отчество|фамилия и имя|клиент|аты жонy|аты-жону|аты жөнү"
        "|толук аты|client|customer|customer name|имя клиента|аты",
    )  # fmt: skip
    last_name = Column("last name", "Фамилия", "Фамилиясы", record="identity", synonyms="surname|family name")
    first_name = Column("first name", "Имя (отдельно)", "Өз аты", record="identity", synonyms="given name")
    middle_name = Column("middle name", "Отчество", "Атасынын аты", record="identity", synonyms="patronymic")
    birth_date = Column(
        "birth date", "Дата рождения", "Туулган күнү", record="identity", parse=values.birth_date,
        synonyms="birthdate|birthday|date of birth|dob|день рождения|д р|др|дата рожд|туулган датасы|туулган куну"
        "|туулган жылы күнү айы",
    )  # fmt: skip
    gender = Column("gender", "Пол", "Жынысы", record="identity", parse=values.gender, synonyms="sex|жыныс")
    language = Column(
        "language", "Язык", "Тили", record="identity", parse=values.language,
        synonyms="lang|язык общения|тил|preferred language|locale",
    )  # fmt: skip
    city = Column("city", "Город", "Шаары", record="identity", synonyms="town|шаар|населенный пункт|калаа|айыл")
    address = Column(
        "address", "Адрес", "Дареги", record="address",
        synonyms="street|street address|postal address|адрес проживания|дарек|жашаган дареги|адреси|адрес доставки",
    )  # fmt: skip
    points = Column(
        "points", "Баллы", "Упайлар", record="points", parse=values.decimal,
        synonyms="balance|bonus|bonuses|points balance|бонусы|баланс|баланс баллов|количество баллов|бонус|упай"
        "|баллдар|баллдары|упайлары|бонустар|бонустары",
    )  # fmt: skip
    last_purchase_at = Column(
        "last purchase at", "Дата последней покупки", "Акыркы сатып алуу күнү", record="purchases", parse=values.moment,
        synonyms="last purchase|last purchase date|последняя покупка|акыркы сатып алуу",
    )  # fmt: skip
    last_purchase_amount = Column(
        "last purchase amount", "Сумма последней покупки", "Акыркы сатып алуу суммасы", record="purchases",
        parse=values.decimal, synonyms="last amount|сумма покупки|сатып алуу суммасы",
    )  # fmt: skip


class OptOutsResource(PersonResource):
    """People who may not be written to, in a partner's own columns; providers' files are in `formats`."""

    channel = Column(
        "channel", "Канал", "Канал", synonyms="канал связи|байланыш каналы|канал рассылки|жөнөтмө каналы|каналы"
    )
    occurred_at = Column(
        "opted out at", "Дата отписки", "Баш тартуу күнү", parse=values.moment,
        synonyms="opt out date|opted out|unsubscribed at|unsubscribe date|unsubscribe time|дата отказа|отписан"
        "|баш тарткан күнү|баш тарткан датасы|дата и время отписки|отказался",
    )  # fmt: skip
    status = Column("status", "Статус", "Абалы", synonyms="состояние|абал|статусу|email status|sms status")
    note = Column(
        "reason", "Причина", "Себеби",
        synonyms="себеп|причина отписки|причина отказа|комментарий|comment|баш тартуу себеби|эскертүү|примечание",
    )  # fmt: skip
    campaign = Column("campaign", "Рассылка", "Жөнөтмө", synonyms="campaign id|кампания|id рассылки")


class ActivityResource(PersonResource):
    """What people bought, collected, were offered, did, and where they were: one event a row.

    A column with a `record` says by being filled what kind of activity a row is about; the others go with any kind.
    """

    activity = Column(
        "kind of activity", "Вид активности", "Аракеттин түрү",
        synonyms="activity|activity type|type|type of activity|kind|category|operation|operation type|transaction type"
        "|тип|вид|тип операции|вид операции|операция|категория|тип события|тип транзакции|тип активности"
        "|вид действия|түрү|операциянын түрү|операция түрү|категориясы|окуянын түрү",
    )  # fmt: skip
    occurred_at = Column(
        "date and time", "Дата и время", "Күнү жана убактысы", parse=values.moment, mandatory=True,
        synonyms="date|datetime|date time|timestamp|occurred at|happened at|purchase date|purchased at|order date"
        "|transaction date|transaction time|operation date|event time|event date|visit date|created at|дата|дата время"
        "|дата операции|дата и время операции|дата покупки|дата и время покупки|дата чека|дата продажи|дата транзакции"
        "|дата события|дата заказа|дата начисления|момент|когда|күнү|датасы|дата убакыт|сатып алуу күнү"
        "|сатып алуу датасы|операциянын күнү|окуянын күнү|качан",
    )  # fmt: skip
    occurred_time = Column(
        "time", "Время", "Убактысы",
        synonyms="hour|purchase time|time of day|время операции|время покупки|время чека|время события|убакыт|сааты"
        "|саат|сатып алуу убактысы",
    )  # fmt: skip
    reference = Column(
        "receipt number", "Номер чека", "Чектин номери",
        synonyms="receipt|receipt no|receipt id|reference|reference number|ref no|check no|check number|transaction"
        "|transaction id|transaction number|transaction no|order|order id|order number|order no|operation id|event id"
        "|document|document no|чек|№ чека|чек №|номер операции|id операции|номер транзакции|id транзакции"
        "|транзакция|номер заказа|заказ|номер документа|документ|id события|id чека|чек номери|чектин №"
        "|операциянын номери|буйрутма номери|документтин номери",
    )  # fmt: skip
    amount = Column(
        "amount", "Сумма", "Суммасы", record="purchases", parse=values.decimal,
        synonyms="sum|total|total amount|price|paid|purchase amount|receipt total|order total|сумма покупки|сумма чека"
        "|итого|итог|сумма заказа|сумма операции|оплачено|стоимость|к оплате|сатып алуу суммасы|чектин суммасы|жалпы"
        "|жалпы сумма|төлөндү|баасы",
    )  # fmt: skip
    currency = Column(
        "currency", "Валюта", "Валютасы", record="purchases", parse=values.currency,
        synonyms="currency code|код валюты|валюта коду",
    )  # fmt: skip
    quantity = Column(
        "quantity", "Количество", "Саны", record="purchases", parse=values.decimal,
        synonyms="qty|count|pieces|кол-во|кол во|количество товара|штук|шт|даана|даанасы|товардын саны",
    )  # fmt: skip
    item = Column(
        "item", "Товар", "Товару", record="purchases",
        synonyms="product|product name|goods|sku|article|service|товары|наименование|наименование товара|артикул"
        "|продукт|номенклатура|услуга|товардын аты|товарлар|буюм|кызмат",
    )  # fmt: skip
    points = Column(
        "points", "Баллы", "Упайлар", record="points", parse=values.decimal,
        synonyms="points delta|points earned|points change|bonus|bonuses|bonus points|начислено|начислено баллов"
        "|начисленные баллы|изменение баллов|баллов|бонусы|бонус|бонусные баллы|упай|упайлары|кошулган упай|баллдар"
        "|баллдары|бонустар|упайдын өзгөрүшү",
    )  # fmt: skip
    offer = Column(
        "offer", "Предложение", "Сунуш", record="offers",
        synonyms="offer name|offer id|coupon|coupon code|promo|promo code|promotion|купон|код купона|акция|промокод"
        "|промо|скидка|предложение партнёра|сунушу|сунуштун аты|промокоду|арзандатуу",
    )  # fmt: skip
    action = Column(
        "action", "Действие", "Аракет", record="interactions",
        synonyms="event|event name|interaction|screen|действие пользователя|действие в приложении|событие|экран"
        "|название события|взаимодействие|аракети|окуя|окуянын аты|тиркемедеги аракет|экраны",
    )  # fmt: skip
    place = Column(
        "place", "Место", "Жери", parse=values.place,
        synonyms="location|shop|store|branch|outlet|institution|venue|merchant|point of sale|pos|shop name|store name"
        "|магазин|торговая точка|точка|точка продаж|филиал|заведение|учреждение|кафе|ресторан|аптека|азс|адрес магазина"
        "|место покупки|местоположение|дүкөн|дүкөнү|филиалы|мекеме|мекемеси|сатуу жайы|соода түйүнү|жайы"
        "|сатып алган жери|турган жери",
    )  # fmt: skip
    latitude = Column(
        "latitude", "Широта", "Кеңдик", record="geolocation", parse=values.latitude,
        synonyms="lat|geo lat|gps lat|геогр широта|географическая широта|кеңдиги|географиялык кеңдик",
    )  # fmt: skip
    longitude = Column(
        "longitude", "Долгота", "Узундук", record="geolocation", parse=values.longitude,
        synonyms="lon|lng|long|geo lon|gps lon|геогр долгота|географическая долгота|узундугу|географиялык узундук",
    )  # fmt: skip
    coordinates = Column(
        "coordinates", "Координаты", "Координаттары", record="geolocation", parse=values.coordinates,
        synonyms="coordinate|geolocation|geo|gps|latlng|lat lng|lat lon|latitude longitude|координата|геолокация"
        "|геопозиция|геометка|широта долгота|координаттар|геолокациясы",
    )  # fmt: skip
    description = Column(
        "description", "Описание", "Сыпаттамасы", parse=values.place,
        synonyms="details|note|notes|comment|remark|комментарий|примечание|детали|подробности|пояснение|эскертүү"
        "|түшүндүрмө|сүрөттөмө|комментарийи",
    )  # fmt: skip


class InboundSmsResource(PersonResource):
    """Replies by SMS, as a gateway lists them."""

    phone = Column(
        "from", "От кого", "Кимден", identifies=IdentifierKind.PHONE, parse=normalise_phone,
        synonyms="phone|sender|msisdn|source|originator|отправитель|телефон|номер|номер телефона|абонент|телефон номери"
        "|жөнөтүүчү|from number",
    )  # fmt: skip
    text = Column(
        "text", "Текст", "Текст", mandatory=True,
        synonyms="message|body|content|sms|msg|message text|сообщение|смс|текст сообщения|текст смс|билдирүү"
        "|билдирүүнүн тексти|кат",
    )  # fmt: skip
    occurred_at = Column(
        "received at", "Получено", "Келген убактысы", parse=values.moment,
        synonyms="received|received on|date|time|timestamp|date received|дата|время|дата и время|дата получения"
        "|убакыт|күнү|убактысы|алынган убактысы",
    )  # fmt: skip
    sent_to = Column(
        "to", "Кому", "Кимге", synonyms="recipient|destination|short code|shortcode|короткий номер|получатель|алуучу",
    )  # fmt: skip

    @classmethod
    def columns(cls) -> Mapping[str, Column]:
        """The sender's number is all that names anybody."""
        named = ("phone", "text", "occurred_at", "sent_to")
        return {name: column for name, column in super().columns().items() if name in named}


RESOURCES: dict[str, type[PersonResource]] = {
    Kind.MEMBERS: MembersResource, Kind.OPTOUTS: OptOutsResource, Kind.ACTIVITY: ActivityResource,
    Kind.INBOUND_SMS: InboundSmsResource, Kind.CONSENTS: ConsentsResource,
}  # fmt: skip
# Columns of an opt-outs file without which a list of people says nothing about a refusal.
OPTOUT_EVIDENCE = frozenset({"channel", "occurred_at", "status", "note"})
