"""The columns that every kind of file may have: what names a person."""

from apps.core.choices import IdentifierKind
from apps.core.identifiers import normalise_email, normalise_opaque, normalise_phone
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
