"""The eraser contract: every app that can hold something about a person says what, shows it and destroys it."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.timezone import localtime

# Where a package shows what belongs to no data category of the policy: what the person decided, and what was done.
CHOICES, HANDLING = "choices", "handling"


@dataclass(frozen=True)
class Holding:
    """`count` rows of `model` (`app.Model`) about one person; `keep_because` names the reason to stay, or is empty."""

    model: str
    count: int
    keep_because: str = ""


@dataclass(frozen=True)
class Value:
    """One value of an item. `key` names it to machines and is unique in its item; `title` and `text` are in the
    reader's language; `native` is the value in JSON where that is another one than the text.

    `free` says that it is in somebody's own words, who may have named others: an officer looks at it first.
    """

    key: str
    title: str
    text: str = field(repr=False)
    native: Any = field(default=None, repr=False)
    free: bool = False

    @classmethod
    def told(cls, key: str, title: str, text: str | None, *, native: Any = None, free: bool = False) -> Self | None:
        """The value; None where there is no text."""
        return cls(key, title, text, native, free) if text else None

    @classmethod
    def moment(cls, key: str, title: str, at: date | datetime | None) -> Self | None:
        """A moment, to the second in JSON (ISO 8601); or a day; None where there is none."""
        if at is None:
            return None
        if not isinstance(at, datetime):
            return cls(key, title, date_format(at, "SHORT_DATE_FORMAT"), at.isoformat())
        here = localtime(at)
        return cls(key, title, date_format(here, "SHORT_DATETIME_FORMAT"), here.isoformat(timespec="seconds"))


@dataclass(frozen=True)
class HeldFile:
    """A file that is held, as a package contains it: where it is stored (core.files), the key of its row, and what its
    name there begins and ends with, which is never the name that somebody gave it.
    """

    stored: str
    row: int
    stem: str
    ending: str


@dataclass(frozen=True)
class Item:
    """One thing that is held, as a package shows it.

    `model` is the one whose row it is (`app.Model`); rows of the models `also` are part of it. `category` is the code
    of a data category, CHOICES or HANDLING. `origin` is who it came from, in words. `file` goes with it.
    """

    model: str
    category: str
    title: str
    values: tuple[Value, ...] = field(repr=False)
    origin: str = ""
    also: tuple[str, ...] = ()
    file: HeldFile | None = None

    @classmethod
    def of(
        cls, model: type[Model], category: str, title: Any, *values: Value | None, origin: str = "",
        also: type[Model] | None = None, file: HeldFile | None = None,
    ) -> Self:  # fmt: skip
        """The item of a row, with those of the values that there are."""
        held = tuple(value for value in values if value is not None)
        return cls(model._meta.label, category, str(title), held, origin, (also._meta.label,) if also else (), file)

    @property
    def texts(self) -> dict[str, str]:
        """{title: text} of its values."""
        return {value.title: value.text for value in self.values}


class Eraser(ABC):
    """One per app, in its `erasure.py`, registered from its `AppConfig.ready()`; apps below `subjects` have none.

    `models` are the models that it answers for: each is claimed by one eraser, or declares
    `holds_personal_data = False`. To add a model that holds something about a person: name it in `models`, count it in
    `find`, show it in `export`, destroy it in `erase`. The three must take the same rows: whoever erases asks `find`
    again afterwards and takes everything back when a row without a reason to stay is left, and the copy that a person
    is given is all that is found. What refers to the person by digest alone is reached through the person's
    identifiers, which go last.
    """

    models: ClassVar[tuple[type[Model], ...]] = ()

    @abstractmethod
    def find(self, subject_id: int) -> Iterator[Holding]:
        """What the app holds about the person now; rows that stay carry their reason."""

    @abstractmethod
    def export(self, subject_id: int) -> Iterator[Item]:
        """What an access package shows, read as it goes: a person may have tens of thousands of rows."""

    @abstractmethod
    def erase(self, subject_id: int) -> None:
        """Destroy all that has no reason to stay. Running it twice does what running it once does."""


@dataclass
class Registry:
    """The erasers of this installation, in the order in which they registered (lowest app first)."""

    erasers: dict[str, Eraser] = field(default_factory=dict)

    def register(self, app_label: str, eraser: Eraser) -> None:
        """Add an app's one eraser. Raises ValueError for a second one."""
        if app_label in self.erasers:
            raise ValueError(f"{app_label} has an eraser already.")
        self.erasers[app_label] = eraser

    def claimed(self) -> set[type[Model]]:
        """Every model that some eraser answers for."""
        return {model for eraser in self.erasers.values() for model in eraser.models}

    def claimed_twice(self) -> set[type[Model]]:
        """Models that more than one eraser answers for: none of them would know what the other leaves."""
        claims = Counter(model for eraser in self.erasers.values() for model in eraser.models)
        return {model for model, count in claims.items() if count > 1}

    def __iter__(self) -> Iterator[Eraser]:
        # Highest app first: what refers to a person goes before the person.
        return reversed(self.erasers.values())


registry = Registry()
