"""What is done with the rows of each kind of file: a kind is a line of this table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from apps.imports.choices import Kind
from apps.imports.models import Batch
from apps.imports.services import activity, consents, inbound, members, optouts


class Judge(Protocol):
    """Judges rows `first` to `last` of a batch; `to_merge` says that `merge` follows."""

    def __call__(self, batch: Batch, first: int, last: int, *, to_merge: bool = False) -> None: ...


@dataclass(frozen=True)
class Work:
    """The steps of a kind, each set-based and inside the caller's transaction.

    `find_repeats` gives a verdict to rows that the file itself overrules. `judge(batch, first, last)` makes the
    temporary table `judged_rows` (`number, verdict, reason, email_taken`) of the rows that have no verdict yet, and
    changes nothing else. `merge(batch, first, last)` stores what it found; raises Overtaken when somebody else stored
    something of it meanwhile. `about_people`: it brings people or records in, so that two at once have to be kept
    apart. `in_lanes`: no person is in two of its chunks, so that those of a big file are merged two at a time. `known`
    gives what its reader has to know of the registers, as keyword arguments.
    """

    find_repeats: Callable[[Batch], None]
    judge: Judge
    merge: Callable[[Batch, int, int], None]
    about_people: bool = True
    in_lanes: bool = False
    known: Callable[[], dict[str, Any]] = dict


WORK: dict[str, Work] = {
    Kind.MEMBERS: Work(members.find_repeats, members.judge, members.merge, in_lanes=True),
    Kind.OPTOUTS: Work(optouts.find_repeats, optouts.judge, optouts.merge, about_people=False),
    Kind.ACTIVITY: Work(activity.find_repeats, activity.judge, activity.merge),
    Kind.INBOUND_SMS: Work(inbound.find_repeats, inbound.judge, inbound.merge, about_people=False),
    Kind.CONSENTS: Work(consents.find_repeats, consents.judge, consents.merge, known=consents.editions),
}
