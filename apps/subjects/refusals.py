"""What apps above this one hear when a person refuses something in one of them, or wants it again: the others have to
act on it too.

Siblings don't import each other, so whoever takes a refusal announces it here, and the others, which registered from
their `ready()`, hear of it in the same transaction. Whoever announces isn't called.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from apps.accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Word:
    """What somebody said of something: the person `subject_id`, or whoever has the address (`kind`, `digest`), who may
    be nobody we know.

    `purpose` is a code of the register, `channel` one of core.choices.Channel, empty for every one; `medium` is a code
    by which the announcing app knows how it came.
    """

    purpose: str
    medium: str
    occurred_at: datetime
    channel: str = ""
    campaign: str = ""
    subject_id: int | None = None
    kind: str = ""
    digest: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Refusal(Word):
    """Somebody does not want something any more."""


@dataclass(frozen=True, kw_only=True)
class Wish(Word):
    """Somebody wants something again that they had refused, and has confirmed it by an act of their own."""


class Listener(Protocol):
    """Does what an app has to do about refusals, in the transaction in which they were taken. `batch` is the file that
    they came from.
    """

    def __call__(self, *, actor: User | None, refusals: Sequence[Refusal], batch: int | None = None) -> None:
        """Act on them."""


class WishListener(Protocol):
    """The same for wishes."""

    def __call__(self, *, wishes: Sequence[Wish]) -> None:
        """Act on them."""


_listeners: dict[str, Listener] = {}
_wish_listeners: dict[str, WishListener] = {}


def register_listener(app_label: str, listener: Listener) -> None:
    """Have an app hear of what people refuse elsewhere. Raises ValueError for a second listener of an app."""
    if app_label in _listeners:
        raise ValueError(f"{app_label} listens already.")
    _listeners[app_label] = listener


def register_wish_listener(app_label: str, listener: WishListener) -> None:
    """Have an app hear of what people want again elsewhere. Raises ValueError for a second listener of an app."""
    if app_label in _wish_listeners:
        raise ValueError(f"{app_label} listens already.")
    _wish_listeners[app_label] = listener


def announce_wishes(app_label: str, *, wishes: Sequence[Wish]) -> None:
    """Let every other app hear of wishes that this one has taken."""
    if wishes:
        for label, listener in _wish_listeners.items():
            if label != app_label:
                listener(wishes=wishes)


def announce(
    app_label: str, *, actor: User | None, refusals: Sequence[Refusal], batch: int | None = None
) -> None:  # fmt: skip
    """Let every other app hear of refusals that this one has taken."""
    if refusals:
        for label, listener in _listeners.items():
            if label != app_label:
                listener(actor=actor, refusals=refusals, batch=batch)
