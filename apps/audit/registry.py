"""Actions that may be recorded, each with the facts that it may carry."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.functional import Promise


@dataclass(frozen=True)
class Action:
    """`code` (`app.verb`), its title in the reader's language, and the keys that its facts may have."""

    code: str
    title: str | Promise
    facts: frozenset[str] = frozenset()


@dataclass
class Registry:
    """Every action of the installation, by code."""

    actions: dict[str, Action] = field(default_factory=dict)

    def register(self, code: str, title: str | Promise, *facts: str) -> Action:
        """Declare an action. Raises ValueError when its code is taken."""
        if code in self.actions:
            raise ValueError(f"The action {code} is registered already.")
        action = self.actions[code] = Action(code, title, frozenset(facts))
        return action

    def title(self, code: str) -> str | Promise:
        """The title of a code; the code itself when no installed app declares it any more."""
        return self.actions[code].title if code in self.actions else code

    def __contains__(self, action: Action) -> bool:
        return self.actions.get(action.code) is action

    def __iter__(self) -> Iterator[Action]:
        return iter(self.actions.values())


registry = Registry()
register = registry.register
