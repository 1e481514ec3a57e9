"""The eraser contract: every app that can hold something about a person says what, shows it and destroys it."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import Model


@dataclass(frozen=True)
class Holding:
    """`count` rows of `model` (`app.Model`) about one person; `keep_because` names the reason to stay, or is empty."""

    model: str
    count: int
    keep_because: str = ""


class Eraser(ABC):
    """One per app, in its `erasure.py`, registered from its `AppConfig.ready()`; apps below `subjects` have none.

    `models` are the models that it answers for: each is claimed by one eraser, or declares
    `holds_personal_data = False`. To add a model that holds something about a person: name it in `models`, count it in
    `find`, show it in `export`, destroy it in `erase`. `find` and `erase` must take the same rows, for whoever erases
    asks `find` again afterwards and takes everything back when a row without a reason to stay is left. What refers to
    the person by digest alone is reached through the person's identifiers, which go last.
    """

    models: ClassVar[tuple[type[Model], ...]] = ()

    @abstractmethod
    def find(self, subject_id: int) -> Iterator[Holding]:
        """What the app holds about the person now; rows that stay carry their reason."""

    @abstractmethod
    def export(self, subject_id: int) -> Iterator[dict[str, Any]]:
        """What an access package shows: one dictionary an item, with `title` and `values`."""

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
