"""A part of advertising that a person may refuse or ask for again on their own: channel × purpose × sender."""

import re
from dataclasses import dataclass
from typing import Self

from apps.core.choices import Channel
from apps.optouts.choices import EVERY_SENDER
from apps.policies.registry import ADVERTISING, PURPOSE_BY_CODE

_SENDER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SENDER = 40


@dataclass(frozen=True)
class Part:
    """Advertising by one channel or all, for a topic or all, of one sender or all."""

    channel: str = Channel.ALL
    purpose: str = ADVERTISING
    sender: str = EVERY_SENDER

    @property
    def code(self) -> str:
        """Its form in a page's fields: `sms/advertising/all`."""
        return f"{self.channel}/{self.purpose}/{self.sender}"

    @classmethod
    def of_code(cls, code: str) -> Self:
        """The part of a code. A sender needs only the form of one: the register may be out of reach.

        Raises ValueError for what no page of ours offers, service messages among it.
        """
        channel, purpose, sender = code.split("/")
        if purpose not in PURPOSE_BY_CODE or not PURPOSE_BY_CODE[purpose].advertising:
            raise ValueError("no advertising")
        if len(sender) > _LONGEST_SENDER or not _SENDER.fullmatch(sender):
            raise ValueError("no sender")
        return cls(Channel(channel), purpose, sender)


EVERYTHING = Part()
