"""How a list is narrowed at this moment: in words for the page, in codes for the record."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.utils.translation import gettext as _

_MOST = 80  # letters of a fact of the audit


@dataclass(frozen=True)
class Narrowing:
    """One filter or search: its title, what was chosen, and `parameter=value` where the value is a code."""

    title: str
    chosen: str
    code: str


def narrowings(shown: ChangeList) -> list[Narrowing]:
    """Everything that narrows the list. What somebody typed is no code: of it only that it was there is recorded."""
    found = list(_filters(shown))
    if shown.query:
        found.append(Narrowing(_("search"), shown.query, "q"))
    known = {name for spec in shown.filter_specs for name in spec.expected_parameters()}
    typed = {name: values for name, values in shown.get_filters_params().items() if name not in known}
    return found + [Narrowing(name, ", ".join(map(str, values)), name[:_MOST]) for name, values in typed.items()]


def _filters(shown: ChangeList) -> Iterator[Narrowing]:
    for spec in shown.filter_specs:
        used: dict[str, Any] = spec.used_parameters
        chosen = [str(choice["display"]) for choice in spec.choices(shown) if choice["selected"]]
        if used:
            yield Narrowing(str(spec.title), ", ".join(chosen) or "—", _code(spec, used, known=bool(chosen)))


def _code(spec: Any, used: dict[str, Any], *, known: bool) -> str:
    """Values only of filters with a closed list, and only those that are on it."""
    coded = known and getattr(spec, "coded", True)
    parts = [f"{name}={_plain(value)}" if coded else name for name, value in used.items()]
    return "&".join(parts)[:_MOST]


def _plain(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
