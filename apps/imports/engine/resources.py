"""The columns of each kind of file, in English, Russian and Kyrgyz."""

from apps.core.choices import IdentifierKind
from apps.core.identifiers import normalise_email, normalise_opaque, normalise_phone
from apps.imports.choices import Kind
from apps.imports.engine import values
from apps.imports.engine.columns import Column, FileResource


class PersonResource(FileResource):
    """What names a person in every kind of file; at least one of these columns is needed."""

    token = Column(
        "token", "Токен", "Токен", identifies=IdentifierKind.TOKEN, parse=normalise_opaque,
        synonyms="user token|operator token|токен пользователя|колдонуучу токени|user_token|app token",
    )  # fmt: skip
    card = Column(
        "card", "Номер карты", "Карта номери", identifies=IdentifierKind.CARD, parse=normalise_opaque,
        synonyms="card number|card no|loyalty card|карта|№ карты|карта лояльности|бонусная карта|картанын номери"
        "|карточка|номер карточки|member id|membership number|client card",
    )  # fmt: skip
    phone = Column(
        "phone", "Телефон", "Телефон номери", identifies=IdentifierKind.PHONE, parse=normalise_phone,
        synonyms="phone number|mobile|mobile phone|mobile number|cell|tel|msisdn|номер телефона|тел|сотовый|моб"
        "|мобильный|мобильный телефон|сотовый телефон|контактный телефон|телефону|уюлдук телефон|тел номери|phone1"
        "|байланыш номери|телефон клиента|номер",
    )  # fmt: skip
    email = Column(
        "email", "Электронная почта", "Электрондук почта", identifies=IdentifierKind.EMAIL, parse=normalise_email,
        synonyms="e-mail|mail|email address|почта|эл почта|емейл|имейл|электронный адрес|эл адрес|адрес эл почты"
        "|электрондук дареги|электрондук дарек|почтасы|e-mail адрес|email адрес|email адреса",
    )  # fmt: skip


class MembersResource(PersonResource):
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
    # What the partner says of consent lies with the identity record until the consent ledger takes it from there.
    marketing_consent = Column(
        "marketing consent", "Согласие на рассылку", "Жөнөтмөгө макулдук", record="identity", parse=values.answer,
        synonyms="consent|opt in|согласие|согласие на рекламу|согласие на смс|макулдук|жарнамага макулдук|рассылка",
    )  # fmt: skip
    consent_at = Column(
        "consent at", "Дата согласия", "Макулдук берилген күнү", record="identity", parse=values.moment,
        synonyms="consent date|opt in time|дата и время согласия|макулдук күнү|макулдук датасы",
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


RESOURCES: dict[str, type[PersonResource]] = {Kind.MEMBERS: MembersResource, Kind.OPTOUTS: OptOutsResource}
# Columns of an opt-outs file without which a list of people says nothing about a refusal.
OPTOUT_EVIDENCE = frozenset({"channel", "occurred_at", "status", "note"})
