"""Items as they go out: what an officer withheld is not in them any more."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from apps.core import files
from apps.core.erasers import Item, Value
from apps.support.access.staging import FILE, Section, read_items
from apps.support.choices import Withheld
from apps.support.models import AccessPackage

WHOLE = ""


@dataclass(frozen=True)
class Given:
    """An item that goes out. Of one that is withheld as a whole nothing is left but its number and the reason;
    `withheld` has {key: (title, reason)} of single values. `file` is the stored file that goes out with it.
    """

    number: int
    model: str
    title: str
    origin: str
    values: tuple[Value, ...] = field(repr=False)
    withheld: dict[str, tuple[str, str]] = field(default_factory=dict)
    reason: str = ""
    file: str = ""

    @property
    def path(self) -> str:
        """The name of its file in the copy; empty where none goes out."""
        return next((value.text for value in self.values if value.key == FILE), "") if self.file else ""

    @property
    def why(self) -> str:
        """Why all of it is withheld, in words."""
        return str(Withheld(self.reason).label) if self.reason else ""

    @property
    def gaps(self) -> list[tuple[str, str]]:
        """(title, why in words) of each value that is withheld."""
        return [(title, str(Withheld(reason).label)) for title, reason in self.withheld.values()]


Marks = dict[tuple[str, int], dict[str, str]]


def marks_of(package: AccessPackage) -> Marks:
    """{(section, number): {key or WHOLE: reason}} of all that is withheld."""
    found: Marks = {}
    for row in package.redactions.all():
        found.setdefault((row.section, row.number), {})[row.key] = row.reason
    return found


def given_items(section: Section, marks: Marks) -> Iterator[Given]:
    """The items of a section as they go out."""
    for number, item in read_items(section):
        held = marks.get((section.code, number), {})
        if WHOLE in held:
            yield Given(number, item.model, _("withheld"), "", (), reason=held[WHOLE])
            continue
        stored = _stored(item) if FILE not in held else ""
        values = tuple(value for value in _values(item, stored) if value.key not in held)
        gaps = {value.key: (value.title, held[value.key]) for value in item.values if value.key in held}
        yield Given(number, item.model, item.title, item.origin, values, gaps, file=stored)


def _stored(item: Item) -> str:
    """Where the item's file is stored; empty where there is none, or none any more."""
    return item.file.stored if item.file and files.path_of(item.file.stored).exists() else ""


def _values(item: Item, stored: str) -> tuple[Value, ...]:
    if stored or item.file is None:
        return item.values
    gone = _("destroyed in the meantime")
    return tuple(replace(value, text=gone) if value.key == FILE else value for value in item.values)
