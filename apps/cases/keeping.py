"""How long closed cases keep what was written in them: what apps above this one have to say, and to do.

After the period in the register a closed case loses what was written in it, and whom it was about, unless something
needs it still. Whoever knows such a thing (a legal hold, for example) registers a keeper from its `ready()`; whoever
holds something about a case beside its own rows registers a stripper.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.cases.choices import Delivery
from apps.cases.models import Case, CaseLink, Message, Pause

# A condition on cases, for one statement about many of them.
Condition = Callable[[], Q]
# Destroys what an app holds about these cases, by primary key, in the transaction in which they are emptied.
Stripper = Callable[[Collection[int]], None]


@dataclass(frozen=True)
class Keeper:
    """A reason why a case keeps what it has: `code`, its `title` for the desk, and which cases it holds for."""

    code: str
    title: str | Promise
    condition: Condition


_keepers: dict[str, Keeper] = {}
_strippers: dict[str, Stripper] = {}


def register_keeper(keeper: Keeper) -> None:
    """Have a reason looked at. Raises ValueError for a code that is taken."""
    if keeper.code in _keepers:
        raise ValueError(f"{keeper.code} is registered already.")
    _keepers[keeper.code] = keeper


def register_stripper(app_label: str, stripper: Stripper) -> None:
    """Have an app's own part emptied. Raises ValueError for a second one of an app."""
    if app_label in _strippers:
        raise ValueError(f"{app_label} has a stripper already.")
    _strippers[app_label] = stripper


def keepers() -> list[Keeper]:
    """Every reason, in the order in which they registered."""
    return list(_keepers.values())


def strip_others(cases: Collection[int]) -> None:
    """Have every other app empty its part."""
    for stripper in _strippers.values():
        stripper(cases)


def _open_link() -> Q:
    """From either side."""
    first = CaseLink.objects.filter(first=OuterRef("pk"), second__closed_at__isnull=True)
    second = CaseLink.objects.filter(second=OuterRef("pk"), first__closed_at__isnull=True)
    return Q(Exists(first)) | Q(Exists(second))


def _unsent() -> Q:
    return Q(Exists(Message.objects.filter(case=OuterRef("pk"), delivery=Delivery.QUEUED)))


def _paused() -> Q:
    return Q(Exists(Pause.objects.filter(case=OuterRef("pk"), ended_at__isnull=True)))


def _asked_again() -> Q:
    same = Case.objects.open().filter(subject=OuterRef("subject"), kind=OuterRef("kind"), topic=OuterRef("topic"))
    return Q(Exists(same))


register_keeper(Keeper("linked", _("A linked case is open"), _open_link))
register_keeper(Keeper("unsent", _("A message is on its way"), _unsent))
register_keeper(Keeper("paused", _("A pause is not over"), _paused))
register_keeper(Keeper("again", _("The person has an open case about the same"), _asked_again))
