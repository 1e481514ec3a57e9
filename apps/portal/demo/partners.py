"""The partners of the demo, each with the habits of its own in which its files come."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Habit:
    """A partner and how it writes files: language of the headers, encoding, delimiter."""

    code: str
    name: str
    language: Literal["ky", "ru", "en"]
    encoding: str = "utf-8"
    delimiter: str = ";"


PARTNERS = (
    Habit("bereke-market", "Береке Маркет", "ru", encoding="cp1251"),
    Habit("alatoo-coffee", "Ала-Тоо Кофе", "en", encoding="utf-8-sig", delimiter=","),
    Habit("nur-pharmacy", "Нур дарыканалары", "ky"),
    Habit("tulpar-fuel", "Тулпар АЗС", "ru"),
    Habit("jetigen-cinema", "Жетиген кинотеатрлары", "ky", delimiter=","),
    Habit("ak-bata-books", "Ак Бата китептери", "ru", encoding="cp1251"),
)
