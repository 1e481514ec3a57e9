"""Actions that may be recorded, each with the facts that it may carry."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models.enums import ChoicesType
from django.utils.functional import Promise
from django.utils.translation import gettext as _

# What gives codes their titles in the reader's language: a closed list, or a function.
Codes = ChoicesType | Callable[[str], str]


@dataclass(frozen=True)
class Action:
    """`code` (`app.verb`), its title in the reader's language, and the keys that its facts may have."""

    code: str
    title: str | Promise
    facts: frozenset[str] = frozenset()
    codes: Mapping[str, Codes] = field(default_factory=dict)

    def shown(self, fact: str, value: Any) -> str:
        """A fact's value for a reader: the title of its code where the action knows the list of codes."""
        if isinstance(value, list):
            return ", ".join(self.shown(fact, item) for item in value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        codes = self.codes.get(fact, str)
        titles = dict(codes.choices) if isinstance(codes, ChoicesType) else {value: codes(value)}
        return str(titles.get(value, value))


@dataclass
class Registry:
    """Every action of the installation, by code."""

    actions: dict[str, Action] = field(default_factory=dict)
    fact_titles: dict[str, str | Promise] = field(default_factory=dict)

    def register(self, code: str, title: str | Promise, *facts: str, **codes: Codes) -> Action:
        """Declare an action and its facts; those that are codes by keyword, with what gives their titles.

        Raises ValueError when the action's code is taken.
        """
        if code in self.actions:
            raise ValueError(f"The action {code} is registered already.")
        action = self.actions[code] = Action(code, title, frozenset(facts) | codes.keys(), codes)
        return action

    def name_facts(self, **titles: str | Promise) -> None:
        """Say how facts are called on the screen."""
        self.fact_titles.update(titles)

    def shown_facts(self, code: str, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Facts as pairs of title and value for a reader, in the order of their names."""
        action = self.actions.get(code) or Action(code, code)
        return [
            (str(self.fact_titles.get(name, name.replace("_", " "))), action.shown(name, value))
            for name, value in sorted(facts.items())
        ]

    def title(self, code: str) -> str | Promise:
        """The title of a code; the code itself when no installed app declares it any more."""
        return self.actions[code].title if code in self.actions else code

    def __contains__(self, action: Action) -> bool:
        return self.actions.get(action.code) is action

    def __iter__(self) -> Iterator[Action]:
        return iter(self.actions.values())


registry = Registry()
register = registry.register
name_facts = registry.name_facts
