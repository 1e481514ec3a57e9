"""Columns that speak of consent: the answers in a members file, and the kind of file that holds nothing else."""

from apps.consents.choices import EVERY_CHANNEL
from apps.core.choices import Channel
from apps.imports.engine import acts, values
from apps.imports.engine.columns import Column
from apps.imports.engine.person_columns import PersonResource
from apps.policies.registry import ADVERTISING, GEOLOCATION

# The date of every answer that has none of its own.
GENERAL_DATE = "consent_at"


class AnswersResource(PersonResource):
    """Whether somebody agrees, a column for each purpose and channel, with its date. Answers go into the ledger."""

    marketing_consent = Column(
        "marketing consent", "Согласие на рассылку", "Жөнөтмөгө макулдук", parse=acts.state,
        consent=(ADVERTISING, EVERY_CHANNEL, GENERAL_DATE),
        synonyms="consent|opt in|согласие|согласие на рекламу|макулдук|жарнамага макулдук|рассылка|advertising consent",
    )  # fmt: skip
    consent_at = Column(
        "consent at", "Дата согласия", "Макулдук берилген күнү", parse=values.moment,
        synonyms="consent date|opt in time|дата и время согласия|макулдук күнү|макулдук датасы",
    )  # fmt: skip
    sms_consent = Column(
        "consent to SMS", "Согласие на SMS", "SMSке макулдук", parse=acts.state,
        consent=(ADVERTISING, Channel.SMS, "sms_consent_at"),
        synonyms="sms consent|sms opt in|согласие на смс|согласие на смс-рассылку|согласие на sms-рассылку"
        "|смс макулдук|смске макулдук|sms макулдук",
    )  # fmt: skip
    sms_consent_at = Column(
        "consent to SMS at", "Дата согласия на SMS", "SMSке макулдук берилген күнү", parse=values.moment,
        synonyms="sms consent at|sms consent date|дата согласия на смс|смске макулдук берилген күнү",
    )  # fmt: skip
    email_consent = Column(
        "consent to e-mail", "Согласие на e-mail", "E-mailге макулдук", parse=acts.state,
        consent=(ADVERTISING, Channel.EMAIL, "email_consent_at"),
        synonyms="email consent|email opt in|consent to email|согласие на email-рассылку|согласие на почтовую рассылку"
        "|согласие на письма|электрондук катка макулдук|почтага макулдук",
    )  # fmt: skip
    email_consent_at = Column(
        "consent to e-mail at", "Дата согласия на e-mail", "E-mailге макулдук берилген күнү", parse=values.moment,
        synonyms="email consent at|email consent date|consent to email at|электрондук катка макулдук берилген күнү",
    )  # fmt: skip
    news_consent = Column(
        "consent to news", "Согласие на новости", "Жаңылыктарга макулдук", parse=acts.state,
        consent=("advertising-news", EVERY_CHANNEL, "news_consent_at"),
        synonyms="news consent|news opt in|согласие на новости приложения|тиркеменин жаңылыктарына макулдук",
    )  # fmt: skip
    news_consent_at = Column(
        "consent to news at", "Дата согласия на новости", "Жаңылыктарга макулдук берилген күнү", parse=values.moment,
        synonyms="news consent at|news consent date",
    )  # fmt: skip
    offers_consent = Column(
        "consent to partners' offers", "Согласие на предложения партнёров", "Өнөктөштөрдүн сунуштарына макулдук",
        parse=acts.state, consent=("advertising-offers", EVERY_CHANNEL, "offers_consent_at"),
        synonyms="offers consent|consent to offers|согласие на предложения|согласие на акции|сунуштарга макулдук",
    )  # fmt: skip
    offers_consent_at = Column(
        "consent to partners' offers at", "Дата согласия на предложения партнёров",
        "Өнөктөштөрдүн сунуштарына макулдук берилген күнү", parse=values.moment,
        synonyms="offers consent at|offers consent date|дата согласия на предложения|сунуштарга макулдук берилген күнү",
    )  # fmt: skip
    transfer_consent = Column(
        "consent to transfer", "Согласие на передачу третьим лицам", "Үчүнчү жактарга берүүгө макулдук",
        parse=acts.state, consent=("transfer", EVERY_CHANNEL, "transfer_consent_at"),
        synonyms="transfer consent|third party consent|согласие на передачу|согласие на передачу данных"
        "|согласие на передачу партнёрам|өнөктөштөргө берүүгө макулдук|берүүгө макулдук",
    )  # fmt: skip
    transfer_consent_at = Column(
        "consent to transfer at", "Дата согласия на передачу", "Берүүгө макулдук берилген күнү", parse=values.moment,
        synonyms="transfer consent at|transfer consent date|дата согласия на передачу данных",
    )  # fmt: skip
    geolocation_consent = Column(
        "consent to geolocation", "Согласие на геолокацию", "Геолокацияга макулдук", parse=acts.state,
        consent=(GEOLOCATION, EVERY_CHANNEL, "geolocation_consent_at"),
        synonyms="geolocation consent|location consent|geo consent|разрешение на геолокацию|геолокация разрешена"
        "|геолокацияга уруксат",
    )  # fmt: skip
    geolocation_consent_at = Column(
        "consent to geolocation at", "Дата согласия на геолокацию", "Геолокацияга макулдук берилген күнү",
        parse=values.moment, synonyms="geolocation consent at|geolocation consent date|дата разрешения на геолокацию",
    )  # fmt: skip


class ConsentsResource(PersonResource):
    """What people permitted, refused or took back: one act a row, of people who are known already."""

    purpose = Column(
        "purpose", "Цель", "Максаты", parse=acts.purpose, mandatory=True,
        synonyms="consent purpose|purpose code|what for|code|цель обработки|цель согласия|код цели|на что|согласие на"
        "|максат|иштетүү максаты|макулдуктун максаты|максаттын коду|эмне үчүн",
    )  # fmt: skip
    channel = Column(
        "channel", "Канал", "Канал", synonyms="канал связи|байланыш каналы|канал рассылки|жөнөтмө каналы|каналы"
    )
    state = Column(
        "state", "Состояние", "Абалы", parse=acts.state, mandatory=True,
        synonyms="consent|consent state|consent status|status|answer|decision|action|согласие|статус|статус согласия"
        "|состояние согласия|ответ|решение|действие|макулдук|макулдуктун абалы|абал|статусу|жооп|жообу|чечим|чечими",
    )  # fmt: skip
    occurred_at = Column(
        "said at", "Когда сказано", "Айтылган убактысы", parse=values.moment, mandatory=True,
        synonyms="date|datetime|date and time|date time|timestamp|time|moment|at|occurred at|consent at|consent date"
        "|given at|recorded at|дата|дата и время|дата время|время|момент|дата согласия|дата решения|дата ответа|когда"
        "|дата отзыва|күнү|датасы|күнү жана убактысы|убактысы|убакыт|макулдук берилген күнү|макулдук күнү|качан",
    )  # fmt: skip
    expires_at = Column(
        "valid until", "Действует до", "Колдонулуу мөөнөтү", parse=values.moment,
        synonyms="expires|expires at|expiry|expiry date|expiration|until|valid to|end date|срок|срок действия|до"
        "|истекает|действительно до|дата окончания|мөөнөтү|мөөнөт|чейин|аякташы|аяктоо күнү",
    )  # fmt: skip
    edition = Column(
        "edition seen", "Редакция", "Редакциясы",
        synonyms="edition|policy edition|policy version|version|policy|редакция политики|версия политики|версия"
        "|политика|редакция|саясаттын редакциясы|саясаттын версиясы|версиясы",
    )  # fmt: skip
    wording = Column(
        "wording seen", "Текст согласия", "Макулдуктун тексти", parse=acts.wording,
        synonyms="wording|text|consent text|consent wording|текст|формулировка|формулировка согласия|тексти"
        "|макулдук тексти",
    )  # fmt: skip
    language = Column(
        "language seen", "Язык", "Тили", parse=values.language,
        synonyms="language|lang|locale|язык текста|язык согласия|тил|тексттин тили",
    )  # fmt: skip
