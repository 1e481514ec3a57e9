"""The eraser contract: every app that can hold something about a person says what, shows it and destroys it."""

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


class Eraser:
    """One per app. `models` are the models that it answers for."""

    models: ClassVar[tuple[type[Model], ...]] = ()

    def find(self, subject_id: int) -> Iterator[Holding]:
        """What the app holds about the person now; rows that stay carry their reason."""
        raise NotImplementedError

    def export(self, subject_id: int) -> Iterator[dict[str, Any]]:
        """What an access package shows: one dictionary an item, with `title` and `values`."""
        raise NotImplementedError

    def erase(self, subject_id: int) -> None:
        """Destroy all that has no reason to stay. Running it twice does what running it once does."""
        raise NotImplementedError


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

    def __iter__(self) -> Iterator[Eraser]:
        # Highest app first: what refers to a person goes before the person.
        return reversed(self.erasers.values())


registry = Registry()
