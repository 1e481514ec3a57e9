"""What apps above this one do when two people become one: what they hold about the absorbed has to follow.

The merge can't import those apps (the arrows point down), so they register here from their `ready()`.
"""

from typing import Protocol

from apps.accounts.models import User
from apps.subjects.models import Subject


class Follower(Protocol):
    """Moves an app's rows from `absorbed` to `survivor`, in the transaction of the merge; both rows are locked."""

    def __call__(self, *, actor: User, survivor: Subject, absorbed: Subject) -> None:
        """Move them."""


_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Have an app's rows follow."""
    _followers.append(follower)


def let_follow(*, actor: User, survivor: Subject, absorbed: Subject) -> None:
    """Move what every app holds, in the order in which they registered (lowest app first)."""
    for follower in _followers:
        follower(actor=actor, survivor=survivor, absorbed=absorbed)
