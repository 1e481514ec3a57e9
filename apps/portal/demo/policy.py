"""The demo's policy: its first edition as files, and what the later ones say instead."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("ky", "ru", "en")
CODE = "privacy"
TITLES = {"title_ky": "Купуялуулук саясаты", "title_ru": "Политика конфиденциальности", "title_en": "Privacy policy"}
_LAW = "Закон КР № 58 от 14.04.2008 «Об информации персонального характера»"
_CODE = "Цифровой кодекс КР № 178 от 31.07.2025"

# What an edition says instead of the one before it, by language: old words, each of which occurs once, and new ones.
_WIDER = {
    "ky": {
        "Колдонуучуну идентификациялоо;": (
            "Колдонуучуну идентификациялоо;\n"
            "- Колдонуучунун сатып алууларынын тарыхын талдап, ага ылайыктуу сунуштарды тандоо (профилдөө);"
        ),
        "кызмат көрсөтүүчү башка үчүнчү жактарга Жеке маалыматты бере алат.": (
            "кызмат көрсөтүүчү башка үчүнчү жактарга, анын ичинде төлөм уюмдарына жана билдирүүлөрдү жеткирген "
            "мессенджерлерге Жеке маалыматты бере алат."
        ),
    },
    "ru": {
        "по договорам, заключённым с Пользователем;\n- обеспечение": (
            "по договорам, заключённым с Пользователем;\n"
            "- подбор подходящих Пользователю предложений на основе анализа истории его покупок (профилирование);\n"
            "- обеспечение"
        ),
        "третьим лицам, оказывающим услуги Правообладателю.": (
            "третьим лицам, оказывающим услуги Правообладателю, в том числе платёжным организациям и мессенджерам, "
            "через которые доставляются сообщения."
        ),
    },
    "en": {
        "the obligations under contracts made with the User;": (
            "the obligations under contracts made with the User;\n"
            "- choosing offers that suit the User by analysing the history of their purchases (profiling);"
        ),
        "third parties that provide services to the Rightholder.": (
            "third parties that provide services to the Rightholder, among them payment organisations and the "
            "messengers by which messages are delivered."
        ),
    },
}
_WITHDRAWABLE = {
    "ky": {
        "мөөнөтсүз жана кайра чакырып алынгыс макулдук бересиз": "каалаган убакта кайтарып ала турган макулдук бересиз",
        "Колдонуучуга алдын ала эскертүүсүз бир тараптуу": "Колдонуучуга 14 күн мурда билдирип, бир тараптуу",
    },
    "ru": {
        "бессрочное и безотзывное согласие на любые": "согласие, которое можете отозвать в любое время, на любые",
        "без предварительного уведомления Пользователя": "с уведомлением Пользователя за 14 дней",
    },
    "en": {
        "an indefinite and irrevocable consent": "a consent that You may withdraw at any time",
        "unilaterally and without prior notice to the User": "unilaterally, with 14 days' notice to the User",
    },
}
_WIDER_SUMMARY = {
    "ky": "Жаңы максат: сатып алуулардын тарыхын талдап, ылайыктуу сунуштарды тандоо (профилдөө). Жаңы алуучулар: "
    "төлөм уюмдары жана мессенджерлер.",
    "ru": "Новая цель: подбор предложений на основе анализа истории покупок (профилирование). Новые получатели: "
    "платёжные организации и мессенджеры.",
    "en": "A new purpose: choosing offers by analysing the history of purchases (profiling). New recipients: payment "
    "organisations and messengers.",
}
_WITHDRAWABLE_SUMMARY = {
    "ky": "Макулдукту каалаган убакта кайтарып алууга болот. Саясаттын өзгөрүшү 14 күн мурда билдирилет.",
    "ru": "Согласие можно отозвать в любое время. Об изменении политики сообщается за 14 дней.",
    "en": "A consent can be withdrawn at any time. Changes of the policy are announced 14 days before.",
}


def first() -> dict[str, str]:
    """The fields of the first edition."""
    texts = {language: (FOLDER / f"{CODE}.{language}.md").read_text(encoding="utf-8") for language in LANGUAGES}
    return {**_fields("text", texts), "references": _LAW}


def wider(before: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the second edition, which adds a purpose and recipients."""
    texts = _next(before, _WIDER, _WIDER_SUMMARY, f"{_LAW}\n{_CODE}, ст. 79")
    return {**texts, "widens": ["advertising", "transfer"]}


def withdrawable(before: Mapping[str, str]) -> dict[str, str]:
    """The fields of the third, which gives up what the law overrides (P08)."""
    return _next(before, _WITHDRAWABLE, _WITHDRAWABLE_SUMMARY, f"{_CODE}, ст. 79, ст. 114(4)")


def _next(
    before: Mapping[str, str], instead: Mapping[str, Mapping[str, str]], summary: Mapping[str, str], references: str
) -> dict[str, str]:
    texts = {language: _said(before[f"text_{language}"], instead[language]) for language in LANGUAGES}
    return {**_fields("text", texts), **_fields("summary", summary), "references": references}


def _said(text: str, instead: Mapping[str, str]) -> str:
    for old, new in instead.items():
        if text.count(old) != 1:
            raise ValueError(f"Not once in the text: {old}")
        text = text.replace(old, new)
    return text


def _fields(name: str, by_language: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}_{language}": value for language, value in by_language.items()}
