"""The reply templates with which an installation begins. Staff change them on the desk; what they changed stays.

Words are those of the operator's policy. Names in braces are placeholders (apps.cases.placeholders).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.cases.choices import Occasion


@dataclass(frozen=True)
class Delivered:
    """A template for every case: subject and text by language."""

    occasion: str
    texts: Mapping[str, tuple[str, str]]


_END = {
    "ky": "Урматтоо менен,\n{operator}\n{contacts}",
    "ru": "С уважением,\n{operator}\n{contacts}",
    "en": "Yours sincerely,\n{operator}\n{contacts}",
}
_HELLO = {"ky": "Саламатсызбы!", "ru": "Здравствуйте!", "en": "Hello,"}


def _letter(occasion: str, **said: tuple[str, str]) -> Delivered:
    texts = {
        language: (heading, f"{_HELLO[language]}\n\n{text}\n\n{_END[language]}")
        for language, (heading, text) in said.items()
    }
    return Delivered(occasion, texts)


DELIVERED = (
    _letter(
        Occasion.RECEIPT,
        ky=(
            "Кайрылууңуз кабыл алынды: {reference}",
            "Кайрылууңуз {received} кабыл алынды. Анын номери {reference}, бизге чалганда ушуну айтыңыз.\n"
            "Жообубузду {due} чейин беребиз ({legal_reference}).",
        ),
        ru=(
            "Ваше обращение принято: {reference}",
            "Ваше обращение принято {received}. Его номер {reference}, назовите его, если будете звонить.\n"
            "Мы ответим не позднее {due} ({legal_reference}).",
        ),
        en=(
            "Your request is received: {reference}",
            "We received your request on {received}. Its number is {reference}: name it when you call.\n"
            "We will answer by {due} ({legal_reference}).",
        ),
    ),
    _letter(
        Occasion.IDENTITY,
        ky=(
            "{reference}: ким экениңизди тастыктап бериңиз",
            "{reference} кайрылууңузга жооп берүүдөн мурун, ал чын эле сизден келгенине ынанышыбыз керек: жеке "
            "маалыматты башка бирөөгө бербейбиз. Бизге катталган номериңизден чалыңыз же паспортуңуз менен "
            "келиңиз.\nСиз жооп бергенче мөөнөт токтоп турат.",
        ),
        ru=(
            "{reference}: подтвердите, пожалуйста, кто вы",
            "Прежде чем ответить на обращение {reference}, нам нужно убедиться, что оно действительно от вас: "
            "персональные данные мы не сообщаем посторонним. Позвоните нам с зарегистрированного номера или "
            "приходите с паспортом.\nПока мы ждём вас, срок не идёт.",
        ),
        en=(
            "{reference}: show us that it is you",
            "Before we answer your request {reference} we have to be sure that it comes from you: we give personal "
            "data to nobody else. Call us from the number that is registered with us, or come with your passport.\n"
            "The term stands until you answer.",
        ),
    ),
    _letter(
        Occasion.WAITING,
        ky=(
            "{reference}: бизге дагы бир нерсе керек",
            "{reference} кайрылууңуз боюнча ишти улантуу үчүн сизден жооп күтүп жатабыз: {reason}.\n"
            "Сиз жооп бергенче мөөнөт токтоп турат.",
        ),
        ru=(
            "{reference}: нам кое-чего не хватает",
            "Чтобы продолжить работу по обращению {reference}, мы ждём от вас: {reason}.\n"
            "Пока мы ждём вас, срок не идёт.",
        ),
        en=(
            "{reference}: something is missing",
            "To go on with your request {reference} we need something from you: {reason}.\n"
            "The term stands until you answer.",
        ),
    ),
    _letter(
        Occasion.EXTENSION,
        ky=(
            "{reference}: жооп берүү мөөнөтү узартылды",
            "{reference} кайрылууңузга жооп даярдоого көбүрөөк убакыт керек болуп жатат. Мөөнөт {days} күнгө "
            "узартылды, жообубузду {due} чейин беребиз. Күттүргөнүбүз үчүн кечирим сурайбыз.",
        ),
        ru=(
            "{reference}: срок ответа продлён",
            "Чтобы подготовить ответ на обращение {reference}, нам нужно больше времени. Срок продлён на {days} дн., "
            "мы ответим не позднее {due}. Просим извинить за ожидание.",
        ),
        en=(
            "{reference}: the answer takes longer",
            "We need more time to answer your request {reference}. The term is extended by {days} days: we will answer "
            "by {due}. We are sorry that you have to wait.",
        ),
    ),
    _letter(
        Occasion.ANSWERED,
        ky=(
            "{reference}: кайрылууңузга жооп",
            "{reference} кайрылууңуз каралды. Жообубуз:\n\n…\n\n"
            "Жооп менен макул болбосоңуз, бизге чалыңыз же жеке маалыматтарды коргоо боюнча мамлекеттик "
            "агенттикке кайрылыңыз.",
        ),
        ru=(
            "{reference}: ответ на ваше обращение",
            "Ваше обращение {reference} рассмотрено. Наш ответ:\n\n…\n\n"
            "Если вы не согласны с ответом, позвоните нам или обратитесь в Государственное агентство по защите "
            "персональных данных.",
        ),
        en=(
            "{reference}: the answer to your request",
            "We have dealt with your request {reference}. Our answer:\n\n…\n\n"
            "If you don't agree with it, call us or turn to the State Agency for Personal Data Protection.",
        ),
    ),
    _letter(
        Occasion.DONE,
        ky=(
            "{reference}: аткарылды",
            "{reference} кайрылууңуз дароо аткарылды: сизге жарнама жөнөтүлбөйт. Кызматка байланыштуу маанилүү "
            "билдирүүлөр келе бериши мүмкүн.",
        ),
        ru=(
            "{reference}: выполнено",
            "Ваше обращение {reference} выполнено сразу: рекламы вы больше не получите. Важные сообщения, связанные с "
            "услугой, могут приходить и дальше.",
        ),
        en=(
            "{reference}: done",
            "Your request {reference} was carried out at once: you get no more advertising. Important messages about "
            "the service may still come.",
        ),
    ),
    _letter(
        Occasion.REFUSAL,
        ky=(
            "{reference}: кайрылууңуз боюнча чечим",
            "{received} келген {reference} кайрылууңузду ({about}) карап чыктык. Тилекке каршы, аны аткара "
            "албайбыз.\n\nСебеби: {reason}.\nМыйзамдуу негизи: {legal_reference}.\n\n"
            "Бул чечимге макул болбосоңуз, бизге чалыңыз, Кыргыз Республикасынын Министрлер Кабинетине караштуу "
            "Жеке маалыматтарды коргоо боюнча мамлекеттик агенттикке же сотко даттана аласыз.",
        ),
        ru=(
            "{reference}: решение по вашему обращению",
            "Мы рассмотрели ваше обращение {reference} от {received} ({about}). К сожалению, выполнить его мы не "
            "можем.\n\nПричина: {reason}.\nПравовое основание: {legal_reference}.\n\n"
            "Если вы не согласны с решением, позвоните нам; вы также можете пожаловаться в Государственное агентство "
            "по защите персональных данных при Кабинете Министров Кыргызской Республики или обратиться в суд.",
        ),
        en=(
            "{reference}: our decision on your request",
            "We have looked at your request {reference} of {received} ({about}). We are sorry that we can't do what it "
            "asks.\n\nReason: {reason}.\nLegal basis: {legal_reference}.\n\n"
            "If you don't agree with this decision, call us; you may also complain to the State Agency for Personal "
            "Data Protection under the Cabinet of Ministers of the Kyrgyz Republic, or go to court.",
        ),
    ),
)  # fmt: skip
