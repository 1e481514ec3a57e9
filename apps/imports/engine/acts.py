"""What a cell says of a consent, and what a row says of a purpose: the form in which it is staged."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from apps.consents.choices import EVERY_CHANNEL, State
from apps.core.choices import Channel
from apps.core.identifiers import Unusable
from apps.imports.engine import values
from apps.imports.engine.channels import CHANNELS
from apps.imports.engine.columns import header_key
from apps.policies.registry import PURPOSES

FIRST_YEAR = 1990  # what lies before is a date that a program made of nothing
MAX_WORDING = 4_000
_REMEMBERED = 30_000
_STATE_WORDS = {
    State.GIVEN: "given|give|granted|agreed|agree|accepted|consented|consent given|opt in|opted in|subscribed|дано|дал"
    "|дала|дал согласие|согласие дано|согласие получено|получено|согласна|согласны|подписан|подписана|разрешено"
    "|разрешил|берди|берилди|берилген|макулдук берди|макулдук берилди|макулдук берилген|макул болду|уруксат берди",
    State.REFUSED: "refused|refuse|refusal|declined|denied|rejected|disagree|not given|no consent|opt out|opted out"
    "|отказ|отказал|отказала|отказался|отказалась|не дано|не согласен|не согласна|нет согласия|запрещено|баш тартты"
    "|баш тартуу|баш тарткан|макул эмес|макул болгон жок|берген жок|берилген эмес|тыюу салды",
    State.WITHDRAWN: "withdrawn|withdrew|withdrawal|revoked|revoke|cancelled|canceled|unsubscribed|отозвано|отозвал"
    "|отозвала|отозван|отзыв|отзыв согласия|согласие отозвано|отменено|отписан|отписана|отписался|отписалась"
    "|кайтарып алды|кайтарып алуу|кайтарылды|кайтарып алынды|кайтарып алган|макулдукту кайтарып алды|жокко чыгарды",
}
_STATES = {header_key(word): state.value for state, words in _STATE_WORDS.items() for word in words.split("|")}
_ANSWERS = {"yes": State.GIVEN, "no": State.REFUSED}
_PURPOSES = {
    header_key(name): purpose.code
    for purpose in PURPOSES
    for name in (purpose.code, purpose.titles.en, purpose.titles.ru, purpose.titles.ky)
}
# Seven digits in a row of digits and their marks, or an address: what nobody writes into a text for everybody.
_OF_SOMEBODY = re.compile(r"@|(?:\d[\s()+-]*){7}")


class Act(NamedTuple):
    """What was said of one purpose. `at` is None where nobody says when; the end is that of a consent for a time."""

    purpose: str
    channel: str
    state: str
    at: datetime | None = None
    expires_at: datetime | None = None
    edition: int | None = None
    language: str = ""
    wording: str = ""

    def to_json(self) -> list[Any]:
        """As `StagedRow.acts` keeps it."""
        moments = (moment and moment.isoformat() for moment in (self.at, self.expires_at))
        return [self.purpose, self.channel, self.state, *moments, self.edition, self.language, self.wording]


def state(raw: str) -> str:
    """What an answer or a word for a state comes to: given, refused or withdrawn. Raises Unusable."""
    answer = values.ANSWERS.get(raw.strip().casefold())
    if answer:
        return _ANSWERS[answer].value
    return _named(_STATES, raw)


def _named(known: Mapping[str, str], raw: str) -> str:
    """Whole words only; a letter that an encoding lost, `?`, is any. Raises Unusable."""
    key = header_key(raw)
    if key in known:
        return known[key]
    if "?" in key and len(key.replace("?", "")) > 2:
        pattern = re.compile(re.escape(key).replace(r"\?", "."))
        found = {value for name, value in known.items() if pattern.fullmatch(name)}
        if len(found) == 1:
            return found.pop()
    raise Unusable("malformed")


@lru_cache(_REMEMBERED)
def purpose(raw: str) -> str:
    """The code of a purpose, by its code or one of its titles. Raises Unusable."""
    return _named(_PURPOSES, raw)


@lru_cache(_REMEMBERED)
def channel(raw: str) -> str:
    """A channel as the ledger names it: empty for every one. Raises Unusable."""
    found = CHANNELS.get(" ".join(raw.casefold().split()))
    if found is None:
        raise Unusable("malformed")
    return EVERY_CHANNEL if found == Channel.ALL else found.value


@lru_cache(_REMEMBERED)
def moment(raw: str) -> datetime:
    """When it was, where the operator works. Raises Unusable."""
    zone = ZoneInfo(settings.TIME_ZONE)
    try:
        found = values.parse_moment(raw, zone).astimezone(zone)
    except (OverflowError, ValueError) as error:
        raise Unusable(getattr(error, "code", "malformed")) from None
    if found.year < FIRST_YEAR:
        raise Unusable("malformed")
    return found


@lru_cache(2_000)
def wording(raw: str) -> str:
    """A text that people agreed to. It is kept for ever, so that nothing may stand in it that is somebody's. Raises
    Unusable.
    """
    text = " ".join(raw.split())
    if len(text) > MAX_WORDING:
        raise Unusable("too-long")
    if _OF_SOMEBODY.search(text):
        raise Unusable("somebodys")
    return text
